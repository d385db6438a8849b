// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#MANAGER_STOP}. */
@FunctionalInterface
public interface ManagerStopHandler extends EventHandler {
  /**
   * Called once when all workers have ended; Swoole's {@code onManagerStop}. Not called in BASE
   * mode with one worker and no user process.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @throws Exception anything; the server and the worker go on
   */
  void onManagerStop(Server server) throws Exception;
}
