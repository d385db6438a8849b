// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.util.ServerThreads;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/**
 * The one thread on which the server's own events run (start, managerStart, shutdown ...), in
 * order. Tasks may be given to it from any thread.
 */
final class ManagerThread {
  private final Logger logger;
  private final ScheduledThreadPoolExecutor executor;

  ManagerThread(ServerThreads threads, Logging logging) {
    logger = logging.of(ManagerThread.class);
    executor = new ScheduledThreadPoolExecutor(1, task -> threads.thread("manager", task));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs a task soon, or never when the manager has ended. */
  void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      logger.debug("the manager has ended", e);
    }
  }

  /** Runs a task later, or never when the manager has ended. */
  void schedule(Runnable task, long nanos) {
    try {
      executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("the manager has ended", e);
    }
  }

  /** Runs a task again and again with a pause between. */
  void repeat(Runnable task, long pauseNanos) {

    executor.scheduleWithFixedDelay(task, pauseNanos, pauseNanos, TimeUnit.NANOSECONDS);
  }

  /** Gives a task to the thread and tells when it has run. */
  Future<?> submit(Runnable task) {
    return executor.submit(task);
  }

  /**
   * Runs a task and waits for it; a task that takes longer is interrupted and left behind.
   *
   * @return whether it ended in time
   */
  boolean run(String what, Runnable task, long nanos) throws InterruptedException {
    Future<?> running = executor.submit(task);
    try {
      running.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException | CancellationException e) {
      running.cancel(true);
      logger.warn("{} did not return in time and was interrupted", what);
      return false;
    } catch (ExecutionException e) {
      logger.error("{} failed", what, e.getCause());
      return true;
    }
  }

  /** Ends the thread; what it has not begun is dropped. */
  void shutdown() {
    executor.shutdownNow();
  }
}
