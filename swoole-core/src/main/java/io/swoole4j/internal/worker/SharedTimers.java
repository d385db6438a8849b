// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The timers of threads that serve no worker, run by one thread that is there only while there are
 * any. Safe from any thread.
 */
public final class SharedTimers {
  /** No timer is due later than in a day. */
  private static final long LONGEST_WAIT_NANOS =
      TimeUnit.MILLISECONDS.toNanos(TimerQueue.MAX_MILLIS);

  /**
   * Set to true where the program is to go on as long as there are timers, as a script does in
   * Swoole: in child processes.
   */
  private static final String KEEPS_ALIVE = "swoole4j.timer.keepAlive";

  private static final SharedTimers INSTANCE = new SharedTimers();

  /** Timers of one round. */
  private static final int LIMIT = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong lastId = new AtomicLong();
  private final TimerQueue<TimerTask> timers =
      new TimerQueue<>(Clock.SYSTEM, lastId::incrementAndGet, this::call);
  private @Nullable Thread thread;

  private SharedTimers() {}

  /**
   * Does something with the timers while nobody else does.
   *
   * @param <R> its result
   * @param action what to do; does not wait
   * @return its result
   */
  public static <R> R use(Function<TimerQueue<TimerTask>, R> action) {
    return INSTANCE.locked(action);
  }

  private <R> R locked(Function<TimerQueue<TimerTask>, R> action) {
    lock.lock();
    try {
      R result = action.apply(timers);
      if (timers.size() > 0 && thread == null) {
        Thread made = new Thread(this::run, "swoole-timer");
        made.setDaemon(!Boolean.getBoolean(KEEPS_ALIVE));
        made.start();
        thread = made;
      }
      changed.signalAll();
      return result;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    lock.lock();
    try {
      while (timers.size() > 0) {
        try {
          long wait = Math.min(timers.nanosUntilNext(), LONGEST_WAIT_NANOS);
          if (wait <= 0 || changed.awaitNanos(wait) <= 0) {
            timers.runDue(LIMIT);
          }
        } catch (InterruptedException e) {
          // Meant for a callback, not for those that follow it.
          Thread.interrupted();
        }
      }
    } finally {
      thread = null;
      lock.unlock();
    }
  }

  /** The queue is in order while a callback runs: others may use it meanwhile. */
  private void call(TimerTask task, long id) {
    lock.unlock();
    try {
      task.run(id);
    } catch (Error e) {
      // Reported by the task already; there is no worker to end.
      Thread.interrupted();
    } finally {
      lock.lock();
    }
  }
}
