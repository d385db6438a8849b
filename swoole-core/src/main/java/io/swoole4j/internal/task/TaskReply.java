// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import io.swoole4j.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Where the results of a task go. Called on the task worker, or wherever its handler finishes. */
public interface TaskReply {
  /** The reply of a task that nobody waits for. */
  TaskReply NONE = (task, taskWorkerId, result) -> ErrorCode.OPERATION_NOT_SUPPORTED;

  /**
   * Hands over one result; there may be several.
   *
   * @param task what was asked for
   * @param taskWorkerId who did it
   * @param result the result
   * @return null if it was taken, else why not
   */
  @Nullable ErrorCode deliver(TaskRequest task, int taskWorkerId, Object result);

  /** No result will come any more; called at most once for each task. */
  default void over() {}
}
