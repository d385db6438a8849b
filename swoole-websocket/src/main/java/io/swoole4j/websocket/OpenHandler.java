// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.http.Request;
import io.swoole4j.server.EventHandler;

/** Handles {@link WebSocketEvent#OPEN}; Swoole's {@code onOpen}. */
@FunctionalInterface
public interface OpenHandler extends EventHandler {
  /**
   * Called when a client has become a WebSocket one; Swoole's {@code onOpen}. Not called where a
   * handshake handler is bound. What is pushed here is what the client gets first.
   *
   * <p>Runs on a worker chosen by the dispatch mode.
   *
   * @param server the way to push
   * @param request the request by which it has asked for it
   * @throws Exception anything: logged and reported; the connection stays
   */
  void onOpen(WebSockets server, Request request) throws Exception;
}
