// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.timer;

import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.worker.SharedTimers;
import io.swoole4j.internal.worker.TimerQueue;
import io.swoole4j.internal.worker.TimerTask;
import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.server.TickCallback;
import io.swoole4j.server.WorkerCallback;
import io.swoole4j.spi.Alarms;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Timers without a server object; Swoole's {@code Swoole\Timer}.
 *
 * <p>On a thread of a worker or task worker they are that worker's, the same that {@code
 * Server.tick} and {@code Server.after} make: run by it, gone with it, seen by it alone. On every
 * other thread they are shared by all such threads and run, one at a time, by one daemon thread of
 * their own, {@code swoole-timer}, which is there as long as there are such timers; they outlive a
 * server that does not clear them. A program ends without waiting for them, unless the system
 * property {@code swoole4j.timer.keepAlive} is true; a child of {@code SwooleProcess} waits.
 *
 * <p>What a callback throws is logged, on a worker reported to {@code Event.ERROR} too.
 */
public final class Timer {

  private Timer() {}

  /**
   * Runs a callback again and again; Swoole's {@code Timer::tick}.
   *
   * @param intervalMillis 1 to 86400000
   * @param callback gets the timer's id
   * @return the timer's id, from 1
   * @throws IllegalArgumentException if the interval is out of range
   * @throws IllegalStateException while {@code SwooleProcess.alarm} sends signals
   */
  public static long tick(long intervalMillis, TickCallback callback) {
    Alarms.requireNone();
    TimerTask task = guarded(callback);
    return with(timers -> timers.tick(intervalMillis, task));
  }

  /**
   * Runs a callback once; Swoole's {@code Timer::after}.
   *
   * @param delayMillis 1 to 86400000
   * @param callback what to run
   * @return the timer's id, from 1
   * @throws IllegalArgumentException if the delay is out of range
   * @throws IllegalStateException while {@code SwooleProcess.alarm} sends signals
   */
  public static long after(long delayMillis, WorkerCallback callback) {
    Alarms.requireNone();
    TimerTask task = guarded(id -> callback.run());
    return with(timers -> timers.after(delayMillis, task));
  }

  /**
   * Ends a timer, from its own callback too; Swoole's {@code Timer::clear}.
   *
   * @param timerId the timer's id
   * @return false if this thread has no such timer, or no more
   */
  public static boolean clear(long timerId) {
    return with(timers -> timers.clear(timerId));
  }

  /** Ends all timers of this thread's kind, see the class; Swoole's {@code Timer::clearAll}. */
  public static void clearAll() {
    with(
        timers -> {
          timers.clearAll();
          return true;
        });
  }

  /**
   * Whether a timer is there; Swoole's {@code Timer::exists}.
   *
   * @param timerId the timer's id
   * @return false if it has run once or was cleared
   */
  public static boolean exists(long timerId) {
    return info(timerId).filter(info -> !info.removed()).isPresent();
  }

  /**
   * What is known about a timer; Swoole's {@code Timer::info}.
   *
   * @param timerId the timer's id
   * @return empty if there is none
   */
  public static Optional<TimerInfo> info(long timerId) {
    return with(timers -> Optional.ofNullable(timers.info(timerId)))
        .map(
            info ->
                new TimerInfo(
                    info.millisUntilDue(),
                    info.runs(),
                    info.intervalMillis(),
                    info.round(),
                    info.removed()));
  }

  /**
   * The timers of this thread's kind; Swoole's {@code Timer::list}.
   *
   * @return their ids, ascending, as they are now
   */
  public static List<Long> list() {
    return with(TimerQueue::ids);
  }

  /**
   * The timers of this thread's kind together; Swoole's {@code Timer::stats}.
   *
   * @return as they are now
   */
  public static TimerStats stats() {
    return with(timers -> new TimerStats(timers.wasUsed(), timers.size(), timers.round()));
  }

  private static <R> R with(Function<TimerQueue<TimerTask>, R> action) {
    WorkerContext context = WorkerContext.current();
    return context == null ? SharedTimers.use(action) : action.apply(context.timers());
  }

  private static TimerTask guarded(TickCallback callback) {
    WorkerContext context = WorkerContext.current();
    Consumer<Throwable> failures =
        context == null
            ? cause -> Logging.here(Timer.class).error("callback of timer threw", cause)
            : context.timerFailures();
    return id -> {
      try {
        callback.onTick(id);
      } catch (Exception e) {
        failures.accept(e);
      } catch (Error e) {
        failures.accept(e);
        throw e;
      }
    };
  }
}
