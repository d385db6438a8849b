// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerQueueTest {
  private static final int ALL = Integer.MAX_VALUE;

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - MILLISECONDS.toNanos(100));
  private final AtomicLong ids = new AtomicLong();
  private final TimerQueue<Runnable> timers = queue();
  private final List<String> ran = new ArrayList<>();

  private TimerQueue<Runnable> queue() {
    return new TimerQueue<>(clock, ids::incrementAndGet, (callback, id) -> callback.run());
  }

  @Test
  void runsATimerOnceWhenItsDelayIsOver() {
    timers.after(10, note("after"));
    turn(9);
    assertThat(ran).isEmpty();

    turn(1);
    turn(10);

    assertThat(ran).containsExactly("after");
    assertThat(timers.size()).isZero();
  }

  @Test
  void countsTheDelayInNanosecondsFromTheCall() {
    clock.advanceNanos(123);
    timers.after(1, note("after"));
    timers.runDue(ALL);

    clock.advanceNanos(999_999);
    assertThat(timers.nanosUntilNext()).isOne();
    assertThat(timers.runDue(ALL)).isZero();
    clock.advanceNanos(1);

    assertThat(timers.nanosUntilNext()).isZero();
    assertThat(timers.runDue(ALL)).isOne();
  }

  @Test
  void runsATickEveryIntervalUntilItIsCleared() {
    long tick = timers.tick(10, note("tick"));
    for (int i = 0; i < 35; i++) {
      turn(1);
    }
    assertThat(ran).hasSize(3);

    assertThat(timers.clear(tick)).isTrue();
    turn(100);

    assertThat(ran).hasSize(3);
  }

  @Test
  void rearmsATimerInItsOwnCallback() {
    Runnable[] callback = new Runnable[1];
    callback[0] =
        () -> {
          ran.add("line");
          if (ran.size() < 10) {
            timers.after(10, callback[0]);
          }
        };
    timers.after(10, callback[0]);

    for (int i = 1; i <= 10; i++) {
      turn(10);
      assertThat(ran).hasSize(i);
    }

    assertThat(timers.nanosUntilNext()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void runsInOrderOfDueTimeThenOfId() {
    timers.after(30, note("30"));
    timers.after(10, note("10 a"));
    timers.after(20, note("20"));
    timers.after(10, note("10 b"));
    timers.tick(10, note("tick"));
    timers.after(10, note("10 c"));
    timers.runDue(ALL);

    turn(30);

    assertThat(ran).containsExactly("10 a", "10 b", "tick", "10 c", "20", "30");
  }

  @Test
  void interleavesTicksOf50And100Milliseconds() {
    AtomicLong left2 = new AtomicLong(6);
    long[] tick2 = new long[1];
    tick2[0] =
        timers.tick(
            50,
            () -> {
              ran.add("2");
              if (left2.decrementAndGet() == 0) {
                timers.clear(tick2[0]);
              }
            });
    timers.tick(100, note("1"));

    for (int i = 0; i < 50; i++) {
      turn(10);
    }

    assertThat(String.join(",", ran)).isEqualTo("2,2,1,2,2,1,2,2,1,1,1");
  }

  @Test
  void runsALateTickOnceAndKeepsToItsSchedule() {
    timers.tick(10, note("tick"));
    timers.runDue(ALL);

    clock.advanceMillis(35);
    assertThat(timers.runDue(ALL)).isOne();
    assertThat(timers.runDue(ALL)).isZero();
    assertThat(timers.nanosUntilNext()).isEqualTo(MILLISECONDS.toNanos(5));

    clock.advanceMillis(5);
    assertThat(timers.runDue(ALL)).isOne();
    assertThat(timers.nanosUntilNext()).isEqualTo(MILLISECONDS.toNanos(10));
  }

  @Test
  void runsATickThatTakesLongerThanItsIntervalOnceARound() {
    timers.tick(
        10,
        () -> {
          ran.add("tick");
          clock.advanceMillis(25);
        });
    timers.runDue(ALL);
    clock.advanceMillis(10);

    assertThat(timers.runDue(ALL)).isOne();
    assertThat(timers.nanosUntilNext()).isZero();
    assertThat(timers.runDue(ALL)).isOne();
    assertThat(ran).hasSize(2);
  }

  @Test
  void leavesATimerMadeByATimerToTheNextRoundHoweverLongThatOneTakes() {
    timers.after(
        1,
        () -> {
          timers.after(10, note("new"));
          clock.advanceMillis(100);
          ran.add("old");
        });
    timers.after(2, note("due too"));
    timers.runDue(ALL);

    turn(2);
    assertThat(ran).containsExactly("old", "due too");

    timers.runDue(ALL);
    assertThat(ran).endsWith("new");
  }

  @Test
  void leavesATimerMadeBeforeARoundToTheOneAfterIt() {
    timers.after(1, note("new"));
    clock.advanceMillis(2);

    assertThat(timers.runDue(ALL)).isZero();
    assertThat(timers.nanosUntilNext()).isZero();
    assertThat(timers.runDue(ALL)).isOne();
  }

  @Test
  void letsTimersWaitBehindANewOneThatComesFirst() {
    timers.after(10, note("old"));
    timers.runDue(ALL);
    timers.after(1, note("new"));

    clock.advanceMillis(10);

    assertThat(timers.runDue(ALL)).isZero();
    timers.runDue(ALL);
    assertThat(ran).containsExactly("new", "old");
  }

  @Test
  void runsNoMoreThanTheLimitAndTheOthersInTheNextRounds() {
    for (int i = 0; i < 5; i++) {
      timers.after(10, note("" + i));
    }
    timers.tick(1, note("tick"));
    timers.runDue(ALL);
    clock.advanceMillis(10);

    assertThat(timers.runDue(2)).isEqualTo(2);
    assertThat(timers.runDue(3)).isEqualTo(3);
    assertThat(timers.nanosUntilNext()).isZero();
    assertThat(timers.runDue(3)).isOne();

    assertThat(ran).containsExactly("tick", "0", "1", "2", "3", "4");
  }

  @Test
  void givesIdsFromOneThatQueuesMayShare() {
    TimerQueue<Runnable> others = queue();

    assertThat(timers.after(1, note(""))).isEqualTo(1);
    assertThat(others.tick(1, note(""))).isEqualTo(2);
    assertThat(timers.tick(1, note(""))).isEqualTo(3);
    assertThat(others.clear(1)).isFalse();
    assertThat(timers.clear(1)).isTrue();
  }

  @Test
  void givesTheRunnerTheIdOfTheTimer() {
    TimerQueue<String> named =
        new TimerQueue<>(
            clock, ids::incrementAndGet, (callback, id) -> ran.add(callback + " " + id));
    named.after(10, "after");
    named.tick(10, "tick");
    named.runDue(ALL);

    clock.advanceMillis(10);
    named.runDue(ALL);

    assertThat(ran).containsExactly("after 1", "tick 2");
  }

  @Test
  void letsThroughWhatTheRunnerThrowsAndGoesOnBehindIt() {
    AssertionError bug = new AssertionError("bug");
    Runnable throwing =
        () -> {
          ran.add("throws");
          throw bug;
        };
    long after = timers.after(10, throwing);
    long tick = timers.tick(10, throwing);
    timers.after(10, note("behind"));
    timers.runDue(ALL);
    clock.advanceMillis(10);

    assertThatThrownBy(() -> timers.runDue(ALL)).isSameAs(bug);
    assertThat(timers.clear(after)).isFalse();
    assertThatThrownBy(() -> timers.runDue(ALL)).isSameAs(bug);
    timers.runDue(ALL);

    assertThat(ran).containsExactly("throws", "throws", "behind");
    assertThat(timers.nanosUntilNext()).isEqualTo(MILLISECONDS.toNanos(10));
    assertThat(timers.clear(tick)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 86_400_001, Long.MIN_VALUE, Long.MAX_VALUE})
  void refusesTimesThatAreNotFromAMillisecondToADay(long millis) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timers.after(millis, note("never")))
        .withMessage("after_time_ms: " + millis + " (expected: 1..86400000)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timers.tick(millis, note("never")))
        .withMessage("interval_ms: " + millis + " (expected: 1..86400000)");
    assertThat(timers.size()).isZero();
    assertThat(ids).hasValue(0);
  }

  @Test
  void takesADayToTheMillisecond() {
    timers.after(TimerQueue.MAX_MILLIS, note("after"));
    timers.tick(TimerQueue.MAX_MILLIS, note("tick"));
    timers.runDue(ALL);

    turn(TimerQueue.MAX_MILLIS - 1);
    assertThat(ran).isEmpty();
    turn(1);

    assertThat(ran).containsExactly("after", "tick");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void refusesALimitBelowOne(int limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> timers.runDue(limit))
        .withMessage("limit: " + limit + " (expected: 1..2147483647)");
  }

  @Test
  void allocatesNothingToRunTimers() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 1; i <= 20; i++) {
      timers.tick(i, () -> {});
    }
    turns(1000);

    long before = threads.getCurrentThreadAllocatedBytes();
    turns(1000);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
  }

  private void turns(int count) {
    for (int i = 0; i < count; i++) {
      clock.advanceMillis(1);
      timers.runDue(ALL);
    }
  }

  private Runnable note(String name) {
    return () -> ran.add(name);
  }

  /** Makes a round, lets time go by and makes another one, as a worker that slept does. */
  private void turn(long millis) {
    timers.runDue(ALL);
    clock.advanceMillis(millis);
    timers.runDue(ALL);
  }
}
