// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#RECEIVE_OBJECT}; {@link ReceiveHandler} is its other form. */
@FunctionalInterface
public interface ReceiveObjectHandler extends EventHandler {
  /**
   * Called for every packet; Swoole's {@code onReceive} with {@code event_object}.
   *
   * <p>Runs on a worker chosen by the dispatch mode. All else is as {@link
   * ReceiveHandler#onReceive} says.
   *
   * @param server the server
   * @param event the connection and what happened to it
   * @throws Exception anything; the server and the worker go on
   */
  void onReceive(Server server, ConnectionEvent event) throws Exception;
}
