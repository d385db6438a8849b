// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi.http;

import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the connections of one port change to a protocol. Any thread, but for what says otherwise.
 */
public interface UpgradePort {
  /**
   * Whether the port is the protocol's: it speaks HTTP then, and requests that ask for the protocol
   * come to {@link #handshake} and not to the request handler, which need not be there.
   *
   * @return false where connections change only by {@code Response.upgrade}
   */
  boolean isEnabled();

  /**
   * Whether streams of HTTP/2 may change to it too (RFC 8441), where it is enabled.
   *
   * @return false where connections of HTTP/1 alone do
   */
  default boolean isOnStreams() {
    return true;
  }

  /**
   * The events without a handler for which the server refuses to start, where it is enabled.
   *
   * @return the required events
   */
  List<Event<?>> requiredEvents();

  /**
   * What the answer to a request that asks for the protocol is to users: the event under which its
   * failure is reported.
   *
   * @return the event
   */
  Event<?> event();

  /**
   * Answers a request that asks for the protocol, where it is enabled. On a worker. A response that
   * was not ended when it returns is ended.
   *
   * @param server the server
   * @param handlers the handlers that are bound
   * @param request the request
   * @param response the response
   * @throws Exception anything; before the change the client gets status 500
   */
  void handshake(Server server, PortProtocol.Handlers handlers, Request request, Response response)
      throws Exception;

  /**
   * Changes the protocol: checks the request, and sends the response as status 101. For a response
   * that was told to upgrade, or that is ended with status 101. On any thread.
   *
   * @param request the request
   * @param response the response, for its headers
   * @param upgrade the way to do it
   * @return whether the response was accepted
   */
  boolean upgrade(Request request, Response response, Upgrade upgrade);

  /**
   * What {@code Server.getClientInfo} tells about a connection that has not changed yet.
   *
   * @param asking whether it has asked for it and is not answered
   * @return values by name
   */
  default Map<String, Object> clientInfo(boolean asking) {
    return Map.of();
  }

  /**
   * How the end of a connection is told that never changed. On the worker.
   *
   * @param fd the connection
   * @param handlers the handlers that are bound
   * @return empty for the close event
   */
  default Optional<PortProtocol.Ending> ending(long fd, PortProtocol.Handlers handlers) {
    return Optional.empty();
  }
}
