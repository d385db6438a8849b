// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.internal.util.Stacks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The one thread on which the server's own events run (start, managerStart, shutdown ...), in
 * order. Tasks may be given to it from any thread. When a task can neither be waited for nor
 * interrupted its thread is given up and a new one takes over.
 */
final class ManagerThread {
  private final ServerThreads threads;
  private final Logger logger;
  private volatile ScheduledThreadPoolExecutor executor;
  private boolean ended;

  ManagerThread(ServerThreads threads, Logging logging) {
    this.threads = threads;
    this.logger = logging.of(ManagerThread.class);
    this.executor = newExecutor();
  }

  private ScheduledThreadPoolExecutor newExecutor() {
    ScheduledThreadPoolExecutor made =
        new ScheduledThreadPoolExecutor(1, task -> threads.thread("manager", task));
    made.setRemoveOnCancelPolicy(true);
    made.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return made;
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

  /** Gives an event to the thread; whoever waits for its end says how long. */
  Event submit(String what, Runnable task) {
    Event event = new Event(what, task);
    executor.execute(event);
    return event;
  }

  /** Runs an event and waits for its end at most so long. */
  void run(String what, Runnable task, long nanos) throws InterruptedException {
    submit(what, task).awaitEnd(nanos);
  }

  /** Ends the thread; what it has not begun is dropped. */
  synchronized void shutdown() {
    ended = true;
    executor.shutdownNow();
  }

  private synchronized void replaceThread() {
    if (!ended) {
      executor.shutdownNow();
      executor = newExecutor();
    }
  }

  /** One task that is waited for. */
  final class Event implements Runnable {
    private final String what;
    private final Runnable task;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private @Nullable Thread thread;
    private boolean begun;

    private Event(String what, Runnable task) {
      this.what = what;
      this.task = task;
    }

    @Override
    public void run() {
      if (!begin()) {
        return;
      }
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        logger.error("{} failed", what, e);
      } finally {
        leave();
        end.complete(null);
      }
    }

    /** Once, although it may be given to a second thread just when the first gets to it. */
    private synchronized boolean begin() {
      if (begun) {
        return false;
      }
      begun = true;
      thread = Thread.currentThread();
      return true;
    }

    private synchronized void leave() {
      thread = null;
    }

    /** Done when the task has run, whatever became of it; never fails. */
    CompletableFuture<Void> end() {
      return end;
    }

    /** Interrupts the task if it runs. */
    synchronized void interrupt() {
      if (thread != null) {
        thread.interrupt();
      }
    }

    /** Waits for the end; a task that takes longer is interrupted, then left behind. */
    void awaitEnd(long nanos) throws InterruptedException {
      if (endsWithin(nanos)) {
        return;
      }
      if (!hasBegun()) {
        logger.warn("{} could not begin in time, what keeps the manager busy is given up", what);
        replaceThread();
        executor.execute(this);
        if (endsWithin(nanos)) {
          return;
        }
      }
      logger.warn("{} did not return in time and is interrupted", what);
      interrupt();
      for (int slice = 0; slice < Grace.SLICES; slice++) {
        if (endsWithin(Grace.SLICE_NANOS)) {
          return;
        }
      }
      giveUp();
      replaceThread();
    }

    private synchronized boolean hasBegun() {
      return begun;
    }

    private boolean endsWithin(long nanos) throws InterruptedException {
      try {
        end.get(nanos, TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (ExecutionException e) {
        throw new IllegalStateException(what + ": failed (expected: an end)", e);
      }
    }

    private synchronized void giveUp() {
      logger.warn(
          "{} did not return in time and was given up{}",
          what,
          thread == null ? "" : Stacks.of(thread));
    }
  }
}
