// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import org.jspecify.annotations.Nullable;

/** Handles {@link Event#TASK}; {@link TaskObjectHandler} is its other form. */
@FunctionalInterface
public interface TaskHandler extends EventHandler {
  /**
   * Called for every task; Swoole's {@code onTask} in its positional form. Required, in one form or
   * the other, when {@code task_worker_num} is above 0. Results are what it gives to {@code
   * Server.finish}, any number of times, and then what it returns.
   *
   * <p>Runs on a task worker. What it throws is logged and reported to {@link Event#ERROR}; whoever
   * waits for the task gets no result, at once. Tasks of all workers share the task workers, so
   * that ids are unique only together with the worker they come from.
   *
   * <p>A lambda that is a single expression returns its value: {@code (s, id, src, data) ->
   * s.finish(x)} finishes twice, with {@code x} and with the {@code true} that {@code finish}
   * answers. Write {@code -> x} instead.
   *
   * @param server the server
   * @param taskId the task's id among those of its source, from 0
   * @param srcWorkerId the worker that submitted it, -1 if none did
   * @param data what was submitted, the same object
   * @return a result, or null for none
   * @throws Exception anything; the server and the task worker go on
   */
  @Nullable Object onTask(Server server, long taskId, int srcWorkerId, Object data)
      throws Exception;
}
