// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.EventHandler;

/** Handles {@link WebSocketEvent#DISCONNECT}; Swoole's {@code onDisconnect}. */
@FunctionalInterface
public interface DisconnectHandler extends EventHandler {
  /**
   * Called in place of the close event for a connection of a WebSocket port that never became a
   * WebSocket one, or that the server has disconnected; Swoole's {@code onDisconnect}.
   *
   * <p>Runs on the worker of the connection's other events.
   *
   * @param server the way to push, to others
   * @param fd the session id
   * @throws Exception anything: logged and reported
   */
  void onDisconnect(WebSockets server, long fd) throws Exception;
}
