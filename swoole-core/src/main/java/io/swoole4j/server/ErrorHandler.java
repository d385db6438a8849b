// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#ERROR}. */
@FunctionalInterface
public interface ErrorHandler extends EventHandler {
  /**
   * Called when a handler threw, after the failure was logged. Not in Swoole.
   *
   * <p>Runs on the thread of the handler that threw. What it throws itself is only logged.
   *
   * @param server the server
   * @param event whose handler threw
   * @param fd the session it was called for, 0 if none
   * @param workerId the worker it ran on, -1 if none
   * @param cause what it threw
   * @throws Exception anything
   */
  void onError(Server server, Event<?> event, long fd, int workerId, Throwable cause)
      throws Exception;
}
