// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#MANAGER_START}. */
@FunctionalInterface
public interface ManagerStartHandler extends EventHandler {
  /**
   * Called once when the manager begins, after start and before the workers; Swoole's {@code
   * onManagerStart}. Not called in BASE mode with one worker and no user process, which has no
   * manager.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @throws Exception anything; the server and the worker go on
   */
  void onManagerStart(Server server) throws Exception;
}
