// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#CONNECT}. */
@FunctionalInterface
public interface ConnectHandler extends EventHandler {
  /**
   * Called when a client has connected; Swoole's {@code onConnect}. Suppressed in dispatch modes 1,
   * 3, 7, 9 and 10 unless {@code enable_unsafe_event} is set.
   *
   * <p>Runs on the connection's worker. What it throws is logged and reported to {@link
   * Event#ERROR}.
   *
   * @param server the server
   * @param fd the session id
   * @param reactorId the number of its reactor
   * @throws Exception anything; the server and the worker go on
   */
  void onConnect(Server server, long fd, int reactorId) throws Exception;
}
