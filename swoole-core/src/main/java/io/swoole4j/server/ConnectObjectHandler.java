// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#CONNECT_OBJECT}; {@link ConnectHandler} is its other form. */
@FunctionalInterface
public interface ConnectObjectHandler extends EventHandler {
  /**
   * Called for every new connection; Swoole's {@code onConnect} with {@code event_object}.
   *
   * <p>Runs on the connection's worker. All else is as {@link ConnectHandler#onConnect} says.
   *
   * @param server the server
   * @param event the connection and what happened to it
   * @throws Exception anything; the server and the worker go on
   */
  void onConnect(Server server, ConnectionEvent event) throws Exception;
}
