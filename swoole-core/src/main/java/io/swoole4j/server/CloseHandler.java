// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#CLOSE}. */
@FunctionalInterface
public interface CloseHandler extends EventHandler {
  /**
   * Called once when a connection has ended, whoever ended it; Swoole's {@code onClose}. {@link
   * Server#exist} is false by then and {@link Server#getClientInfo} still answers. Suppressed as
   * {@link ConnectHandler} is.
   *
   * <p>Runs on the connection's worker. What it throws is logged and reported to {@link
   * Event#ERROR}.
   *
   * @param server the server
   * @param fd the session id
   * @param reactorId the number of its reactor, or -1 when the server closed it
   * @throws Exception anything; the server and the worker go on
   */
  void onClose(Server server, long fd, int reactorId) throws Exception;
}
