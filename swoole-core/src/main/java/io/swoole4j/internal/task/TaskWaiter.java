// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import io.swoole4j.error.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits for the first result of each of some tasks. What comes when the wait is over
 * is refused, so that it can never be taken for the answer to a later call. Waited on by one
 * thread, answered by others.
 */
public final class TaskWaiter {
  /** Marks a task of which no result will come. */
  private static final Object OVER = new Object();

  private final AtomicReferenceArray<@Nullable Object> results;
  private final CountDownLatch missing;

  /**
   * Waits for nothing yet.
   *
   * @param tasks how many tasks there are
   */
  public TaskWaiter(int tasks) {
    results = new AtomicReferenceArray<>(tasks);
    missing = new CountDownLatch(tasks);
  }

  /**
   * The reply of one of the tasks.
   *
   * @param index which of them, from 0
   * @return what takes its result
   */
  public TaskReply reply(int index) {
    return new TaskReply() {
      @Override
      public @Nullable ErrorCode deliver(TaskRequest task, int taskWorkerId, Object result) {
        return settle(index, result) ? null : ErrorCode.TASK_EXPIRED;
      }

      @Override
      public void over() {
        settle(index, OVER);
      }
    };
  }

  private boolean settle(int index, Object value) {
    boolean first = results.compareAndSet(index, null, value);
    if (first) {
      missing.countDown();
    }
    return first;
  }

  /**
   * Waits until every task has a result, or will never have one.
   *
   * @param nanos how long at most
   * @return false if some task has not come to an end; it counts as having no result from now on
   * @throws InterruptedException if interrupted meanwhile; the wait is over then, too
   */
  public boolean await(long nanos) throws InterruptedException {
    try {
      return missing.await(nanos, TimeUnit.NANOSECONDS);
    } finally {
      for (int i = 0; i < results.length(); i++) {
        settle(i, OVER);
      }
    }
  }

  /**
   * The result of one task, once the wait is over.
   *
   * @param index which of them, from 0
   * @return empty if there was none in time
   */
  public Optional<Object> result(int index) {
    return Optional.ofNullable(results.get(index)).filter(value -> value != OVER);
  }
}
