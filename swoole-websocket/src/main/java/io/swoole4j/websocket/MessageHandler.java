// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.EventHandler;

/** Handles {@link WebSocketEvent#MESSAGE}; Swoole's {@code onMessage}. */
@FunctionalInterface
public interface MessageHandler extends EventHandler {
  /**
   * Called for every whole message, and for the control frames that the settings ask for; Swoole's
   * {@code onMessage}. Required on a WebSocket port.
   *
   * <p>Runs on a worker chosen by the dispatch mode. Messages of one connection come in their order
   * as long as that mode keeps to one worker.
   *
   * @param server the way to push
   * @param frame the message
   * @throws Exception anything: logged and reported; the connection stays
   */
  void onMessage(WebSockets server, Frame frame) throws Exception;
}
