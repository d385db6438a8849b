// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one worker. Owned by the worker's thread: every method is called on it, also by the
 * callbacks themselves.
 *
 * <p>Nothing happens by itself. The worker sleeps {@link #nanosUntilNext} at most and calls {@link
 * #runDue} once in each turn of its loop, which is a <em>round</em> in Swoole's sense. The rules
 * are Swoole's:
 *
 * <ul>
 *   <li>Timers run in the order of their due times, and of their ids where those are the same.
 *   <li>A timer made since the last round waits for the one after the next, even if it is due
 *       sooner: what a worker had to do before comes first, although a callback that made a short
 *       timer may then have taken long. Timers behind it in order wait with it. When this leaves
 *       due timers over, {@link #nanosUntilNext} is 0.
 *   <li>A tick keeps to its schedule, the multiples of its interval since it was made. If it is
 *       late it runs once and leaves out the others that it missed.
 *   <li>A timer may be cleared by any callback, its own included. A timer that runs once counts as
 *       existing until its callback has returned.
 * </ul>
 *
 * <p>A cleared timer is gone at once, from the heap and from memory. A timer costs one object and
 * its share of two arrays, which grow and shrink with the number of timers.
 *
 * @param <C> the callback, which this class only hands on
 */
public class TimerQueue<C> {
  /** The longest delay and interval, a day in milliseconds. */
  public static final long MAX_MILLIS = 86_400_000;

  private final TimerHeap<C> heap = new TimerHeap<>();
  private final TimerTable<C> table = new TimerTable<>();
  private final Clock clock;
  private final LongSupplier ids;
  private final ObjLongConsumer<? super C> runner;

  /** The id of the newest timer. */
  private long newest;

  /** The id of the timer that was the newest when the last round ended. */
  private long newestOfLastRound;

  /** How many rounds have begun that ran a timer. */
  private long round;

  /** The timer whose callback runs. */
  private @Nullable PendingTimer<C> running;

  /**
   * What is known about a timer.
   *
   * @param millisUntilDue 0 if it is due
   * @param runs how often it has begun to run
   * @param intervalMillis 0 for one that runs once
   * @param round how many rounds had begun when it was made
   * @param removed whether it was cleared by the callback of its own that runs
   */
  public record Info(
      long millisUntilDue, long runs, long intervalMillis, long round, boolean removed) {}

  /**
   * A queue without timers.
   *
   * @param clock what due times refer to
   * @param ids makes the ids, from 1, each greater than those before; queues may share it
   * @param runner calls a callback, given with the timer's id; what it throws comes out of {@link
   *     #runDue}
   */
  public TimerQueue(Clock clock, LongSupplier ids, ObjLongConsumer<? super C> runner) {
    this.clock = clock;
    this.ids = ids;
    this.runner = runner;
  }

  /**
   * Makes a timer that runs once.
   *
   * @param delayMillis after how many milliseconds, 1 to 86400000
   * @param callback what to run
   * @return the timer's id
   * @throws IllegalArgumentException if the delay is out of range
   */
  public long after(long delayMillis, C callback) {
    return add("after_time_ms", delayMillis, false, callback);
  }

  /**
   * Makes a timer that runs again and again until it is cleared.
   *
   * @param intervalMillis every how many milliseconds, 1 to 86400000; the first time after one
   *     interval
   * @param callback what to run
   * @return the timer's id
   * @throws IllegalArgumentException if the interval is out of range
   */
  public long tick(long intervalMillis, C callback) {
    return add("interval_ms", intervalMillis, true, callback);
  }

  private long add(String name, long millis, boolean repeated, C callback) {
    if (millis < 1 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException(
          name + ": " + millis + " (expected: 1.." + MAX_MILLIS + ")");
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    newest = ids.getAsLong();
    PendingTimer<C> timer =
        new PendingTimer<>(newest, callback, repeated ? nanos : 0, clock.nanos() + nanos);
    timer.round = round;
    table.add(timer);
    heap.add(timer);
    return timer.id;
  }

  /**
   * Ends a timer: it does not run any more, not even if it is due in the round that goes on.
   *
   * @param id a timer's id
   * @return false if there is no such timer, or no more
   */
  public boolean clear(long id) {
    PendingTimer<C> timer = table.remove(id);
    if (timer == null) {
      return false;
    }
    if (timer.position != PendingTimer.NOWHERE) {
      heap.remove(timer);
    }
    return true;
  }

  /** Ends all timers. */
  public void clearAll() {
    table.clear();
    heap.clear();
  }

  /**
   * Tells how many timers there are; one that runs once and is running now is among them.
   *
   * @return the number of timers that {@link #clear} would end
   */
  public int size() {
    return table.size();
  }

  /**
   * Tells what is known about a timer.
   *
   * @param id a timer's id
   * @return null if there is no such timer
   */
  public @Nullable Info info(long id) {
    PendingTimer<C> timer = table.get(id);
    boolean removed = timer == null;
    if (removed && running != null && running.id == id) {
      timer = running;
    }
    return timer == null
        ? null
        : new Info(
            Math.max(0, TimeUnit.NANOSECONDS.toMillis(timer.dueNanos - clock.nanos())),
            timer.runs,
            TimeUnit.NANOSECONDS.toMillis(timer.intervalNanos),
            timer.round,
            removed);
  }

  /**
   * Tells which timers there are.
   *
   * @return their ids, ascending
   */
  public List<Long> ids() {
    return table.ids();
  }

  /**
   * Tells how many rounds have begun that ran a timer.
   *
   * @return the number
   */
  public long round() {
    return round;
  }

  /**
   * Tells whether there ever was a timer.
   *
   * @return false for a queue that was never used
   */
  public boolean wasUsed() {
    return newest > 0;
  }

  /**
   * Tells how long the worker may sleep.
   *
   * @return nanoseconds until the next timer is due, 0 if one is; {@link Long#MAX_VALUE} if there
   *     is none
   */
  public long nanosUntilNext() {
    PendingTimer<C> first = heap.first();
    return first == null ? Long.MAX_VALUE : Math.max(0, first.dueNanos - clock.nanos());
  }

  /**
   * Makes one round: runs the timers that are due now. Time is taken once, at the beginning, so
   * that a round comes to an end however long its callbacks take and whatever timers they make.
   *
   * <p>If the runner throws, the round ends there. The timer that ran counts as having run; those
   * behind it wait for the next round.
   *
   * @param limit how many timers to run at most, 1 or more; the others are left for the next round
   * @return how many timers ran
   * @throws IllegalArgumentException if the limit is not positive
   */
  public int runDue(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "limit: " + limit + " (expected: 1.." + Integer.MAX_VALUE + ")");
    }
    if (heap.size() == 0) {
      return 0;
    }
    long now = clock.nanos();
    int count = 0;
    try {
      PendingTimer<C> timer = heap.first();
      while (count < limit && timer != null && isReady(timer, now)) {
        if (count++ == 0) {
          round++;
        }
        timer.runs++;
        running = timer;
        run(timer, now);
        timer = heap.first();
      }
      return count;
    } finally {
      running = null;
      newestOfLastRound = newest;
    }
  }

  private boolean isReady(PendingTimer<C> timer, long now) {
    return timer.dueNanos - now <= 0 && timer.id <= newestOfLastRound;
  }

  /** Brings everything in order before the callback, which may clear, make and throw. */
  private void run(PendingTimer<C> timer, long now) {
    long interval = timer.intervalNanos;
    if (interval > 0) {
      long intervals = (now - timer.dueNanos) / interval + 1;
      timer.dueNanos += intervals * interval;
      heap.reorder(timer);
      runner.accept(timer.callback, timer.id);
      return;
    }
    heap.remove(timer);
    try {
      runner.accept(timer.callback, timer.id);
    } finally {
      table.remove(timer.id);
    }
  }
}
