// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.server.EventHandler;

/** Handles {@link WebSocketEvent#HANDSHAKE}; Swoole's {@code onHandShake}. */
@FunctionalInterface
public interface HandshakeHandler extends EventHandler {
  /**
   * Called for every request that asks for WebSocket, in place of the built-in handshake; Swoole's
   * {@code onHandShake}. The open event does not happen then: {@code Server.defer} can run what it
   * would have done.
   *
   * <p>The handler sets the headers it wants and ends the response with status 101, or leaves that
   * to the server by just answering true: the headers that the protocol needs, and those of
   * compression, are the server's in any case.
   *
   * <p>Runs on a worker chosen by the dispatch mode.
   *
   * @param request the request
   * @param response the response
   * @return whether the client has become a WebSocket one; after false its connection is closed,
   *     behind the response if it was ended, else with status 400
   * @throws Exception anything: the client gets status 500, and its connection is closed
   */
  boolean onHandshake(Request request, Response response) throws Exception;
}
