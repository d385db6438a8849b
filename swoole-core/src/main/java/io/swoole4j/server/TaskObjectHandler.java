// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import org.jspecify.annotations.Nullable;

/** Handles {@link Event#TASK_OBJECT}; {@link TaskHandler} is its other form. */
@FunctionalInterface
public interface TaskObjectHandler extends EventHandler {
  /**
   * Called for every task; Swoole's {@code onTask} with {@code task_use_object} or {@code
   * task_enable_coroutine}. The task may be finished later too, by a timer or another thread.
   *
   * <p>Runs on a task worker. What it throws is logged and reported to {@link Event#ERROR}; whoever
   * waits for the task gets no result, at once. If it neither returns a result nor finishes the
   * task, whoever waits does so until the end of the time that was given.
   *
   * @param server the server
   * @param task the task
   * @return a result, or null for none
   * @throws Exception anything; the server and the task worker go on
   */
  @Nullable Object onTask(Server server, Task task) throws Exception;
}
