// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#FINISH}, or the results of one task, see {@link Server#task}. */
@FunctionalInterface
public interface FinishHandler extends EventHandler {
  /**
   * Called for every result of a task; Swoole's {@code onFinish}. Not called for tasks with a
   * callback of their own, for those that were waited for, and where there is no result.
   *
   * <p>Runs on the worker that submitted the task. What it throws is logged and reported to {@link
   * Event#ERROR}.
   *
   * @param server the server
   * @param taskId what {@code Server.task} answered
   * @param result the result, the same object
   * @throws Exception anything; the server and the worker go on
   */
  void onFinish(Server server, long taskId, Object result) throws Exception;
}
