// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.server.EventHandler;

/**
 * Handles {@link WebSocketEvent#BEFORE_HANDSHAKE_RESPONSE}; Swoole's {@code
 * onBeforeHandshakeResponse}.
 */
@FunctionalInterface
public interface BeforeHandshakeResponseHandler extends EventHandler {
  /**
   * Called before the built-in handshake answers, to set headers and cookies of the response;
   * Swoole's {@code onBeforeHandshakeResponse}. A handler that ends the response itself, with
   * status 403 for instance, refuses the client.
   *
   * <p>Runs on a worker chosen by the dispatch mode, directly before the open event.
   *
   * @param server the way to push, to others
   * @param request the request
   * @param response the response
   * @throws Exception anything: the client gets status 500, and its connection is closed
   */
  void onBeforeHandshakeResponse(WebSockets server, Request request, Response response)
      throws Exception;
}
