// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#CLOSE_OBJECT}; {@link CloseHandler} is its other form. */
@FunctionalInterface
public interface CloseObjectHandler extends EventHandler {
  /**
   * Called once for every connection that has ended; Swoole's {@code onClose} with {@code
   * event_object}.
   *
   * <p>Runs on the connection's worker. All else is as {@link CloseHandler#onClose} says.
   *
   * @param server the server
   * @param event the connection and what happened to it
   * @throws Exception anything; the server and the worker go on
   */
  void onClose(Server server, ConnectionEvent event) throws Exception;
}
