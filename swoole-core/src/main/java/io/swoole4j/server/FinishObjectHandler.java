// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#FINISH_OBJECT}; {@link FinishHandler} is its other form. */
@FunctionalInterface
public interface FinishObjectHandler extends EventHandler {
  /**
   * Called for every result of a task; Swoole's {@code onFinish} with {@code event_object}.
   *
   * <p>Runs on the worker that submitted the task. What it throws is logged and reported to {@link
   * Event#ERROR}.
   *
   * @param server the server
   * @param result the result and where it comes from
   * @throws Exception anything; the server and the worker go on
   */
  void onFinish(Server server, TaskResult result) throws Exception;
}
