// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of timers that are cleared, or over. */
class TimerClearingTest {
  private static final int ALL = Integer.MAX_VALUE;

  private final ManualClock clock = new ManualClock(0);
  private final AtomicLong ids = new AtomicLong();
  private final TimerQueue<Runnable> timers =
      new TimerQueue<>(clock, ids::incrementAndGet, (callback, id) -> callback.run());
  private final List<String> ran = new ArrayList<>();

  @Test
  void doesNotRunATimerThatAnEarlierCallbackOfTheSameRoundCleared() {
    long[] second = new long[1];
    timers.after(10, () -> assertThat(timers.clear(second[0])).isTrue());
    second[0] = timers.after(10, note("cleared"));
    timers.after(10, note("third"));
    timers.runDue(ALL);

    clock.advanceMillis(10);

    assertThat(timers.runDue(ALL)).isEqualTo(2);
    assertThat(ran).containsExactly("third");
  }

  @Test
  void letsATickClearItself() {
    long[] tick = new long[1];
    List<Boolean> answers = new ArrayList<>();
    tick[0] =
        timers.tick(
            10,
            () -> {
              answers.add(timers.clear(tick[0]));
              answers.add(timers.clear(tick[0]));
            });

    turn(10);
    turn(10);
    turn(10);

    assertThat(answers).containsExactly(true, false);
    assertThat(timers.size()).isZero();
  }

  @Test
  void takesATimerThatRunsOnceForExistingUntilItsCallbackReturned() {
    long[] after = new long[1];
    List<Boolean> answers = new ArrayList<>();
    after[0] =
        timers.after(
            10,
            () -> {
              assertThat(timers.size()).isOne();
              answers.add(timers.clear(after[0]));
              answers.add(timers.clear(after[0]));
            });

    turn(10);
    turn(10);

    assertThat(answers).containsExactly(true, false);
    assertThat(timers.clear(after[0])).isFalse();
  }

  @Test
  void tellsWhetherThereWasATimerToClear() {
    long after = timers.after(10, note("after"));

    assertThat(timers.clear(0)).isFalse();
    assertThat(timers.clear(-1)).isFalse();
    assertThat(timers.clear(after + 1)).isFalse();
    assertThat(timers.clear(after)).isTrue();
    assertThat(timers.clear(after)).isFalse();
  }

  @Test
  void clearsAllAndTakesNewOnes() {
    for (int i = 0; i < 100; i++) {
      timers.after(1000 + i, note("cleared"));
      timers.tick(1000 + i, note("cleared"));
    }
    timers.clearAll();
    assertThat(timers.size()).isZero();
    assertThat(timers.nanosUntilNext()).isEqualTo(Long.MAX_VALUE);

    timers.after(2000, note("later"));
    turn(1000);
    turn(1000);

    assertThat(ran).containsExactly("later");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clearsAllFromACallback(boolean repeated) {
    Runnable callback =
        () -> {
          timers.clearAll();
          timers.after(10, note("later"));
        };
    long cleared = repeated ? timers.tick(10, callback) : timers.after(10, callback);
    timers.after(10, note("cleared"));

    turn(10);
    turn(10);
    turn(10);

    assertThat(ran).containsExactly("later");
    assertThat(timers.clear(cleared)).isFalse();
    assertThat(timers.size()).isZero();
  }

  @Test
  void keepsNothingOfTimersThatAreOver() {
    WeakReference<byte[]> cleared = holding(1_000_000, true);
    WeakReference<byte[]> run = holding(1_000_000, false);

    turn(10);
    turn(10);

    assertThat(timers.size()).isZero();
    Awaitility.await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(cleared.get()).isNull();
              assertThat(run.get()).isNull();
            });
  }

  private WeakReference<byte[]> holding(int bytes, boolean clearedByItself) {
    byte[] memory = new byte[bytes];
    long[] id = new long[1];
    Runnable callback =
        () -> {
          memory[0]++;
          timers.clear(id[0]);
        };
    id[0] = clearedByItself ? timers.tick(10, callback) : timers.after(10, callback);
    return new WeakReference<>(memory);
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
