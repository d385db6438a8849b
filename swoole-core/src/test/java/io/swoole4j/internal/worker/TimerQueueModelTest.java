// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Random programs that make, clear, run and let time go by, outside callbacks and in them, do with
 * a timer queue what they do with a plain list of timers.
 */
class TimerQueueModelTest {
  private static final int PROGRAMS = 2000;
  private static final int STEPS = 150;
  private static final long MILLI = 1_000_000;

  /** What a program can do. */
  private interface World {
    long after(long millis);

    long tick(long millis);

    boolean clear(long id);

    void clearAll();

    int runDue(int limit);

    long nanosUntilNext();

    int size();

    void pass(long nanos);
  }

  /** One program in one world; both worlds see the same one as long as they answer the same. */
  private static final class Program {
    private final Random random;
    private final List<String> trace = new ArrayList<>();
    private World world = new Model(id -> {});
    private long newest;

    Program(long seed) {
      random = new Random(seed);
    }

    List<String> run(World inWorld) {
      world = inWorld;
      for (int i = 0; i < STEPS; i++) {
        step(random.nextInt(10));
        trace.add("next " + world.nanosUntilNext() + ", size " + world.size());
      }
      return trace;
    }

    private void step(int choice) {
      switch (choice) {
        case 0, 1, 2 -> change();
        case 3, 4, 5 -> world.pass(someNanos());
        case 6 -> world.pass(Math.min(world.nanosUntilNext(), 50 * MILLI));
        default -> round(random.nextInt(3) > 0 ? Integer.MAX_VALUE : 1 + random.nextInt(3));
      }
    }

    private void round(int limit) {
      try {
        trace.add("ran " + world.runDue(limit));
      } catch (IllegalStateException e) {
        trace.add("threw");
      }
    }

    private void change() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> made(world.after(1 + random.nextInt(20)));
        case 3, 4, 5 -> made(world.tick(1 + random.nextInt(20)));
        case 6 -> {
          if (random.nextInt(10) == 0) {
            world.clearAll();
          }
        }
        default -> clear(newest - random.nextInt(12));
      }
    }

    private void made(long id) {
      trace.add("made " + id);
      newest = id;
    }

    private void clear(long id) {
      trace.add("clear " + id + " " + world.clear(id));
    }

    void callback(long id) {
      trace.add("runs " + id);
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> change();
        case 3, 4 -> world.pass(someNanos());
        case 5 -> clear(id);
        case 6 -> throw new IllegalStateException("callback");
        default -> trace.add("size " + world.size());
      }
    }

    /** Often whole milliseconds, so that due times coincide. */
    private long someNanos() {
      long nanos = random.nextInt(30) * MILLI;
      return random.nextInt(4) > 0 ? nanos : nanos + random.nextInt(1_000_000);
    }
  }

  private static final class Real implements World {
    private final ManualClock clock;
    private final TimerQueue<LongConsumer> timers;
    private final LongConsumer callback;
    private long ids;

    Real(long start, LongConsumer callback) {
      this.callback = callback;
      clock = new ManualClock(start);
      timers = new TimerQueue<>(clock, () -> ++ids, LongConsumer::accept);
    }

    @Override
    public long after(long millis) {
      return timers.after(millis, callback);
    }

    @Override
    public long tick(long millis) {
      return timers.tick(millis, callback);
    }

    @Override
    public boolean clear(long id) {
      return timers.clear(id);
    }

    @Override
    public void clearAll() {
      timers.clearAll();
    }

    @Override
    public int runDue(int limit) {
      return timers.runDue(limit);
    }

    @Override
    public long nanosUntilNext() {
      return timers.nanosUntilNext();
    }

    @Override
    public int size() {
      return timers.size();
    }

    @Override
    public void pass(long nanos) {
      clock.advanceNanos(nanos);
    }
  }

  private static final class ModelTimer {
    private final long id;
    private final long interval;
    private final int madeInRound;
    private long due;
    private boolean waiting = true;

    ModelTimer(long id, long interval, int madeInRound, long due) {
      this.id = id;
      this.interval = interval;
      this.madeInRound = madeInRound;
      this.due = due;
    }

    long due() {
      return due;
    }

    long id() {
      return id;
    }
  }

  /** All timers in a list, time from 0. */
  private static final class Model implements World {
    private final LongConsumer callback;
    private final List<ModelTimer> timers = new ArrayList<>();
    private long now;
    private long ids;
    private int round;

    Model(LongConsumer callback) {
      this.callback = callback;
    }

    @Override
    public long after(long millis) {
      timers.add(new ModelTimer(++ids, 0, round, now + millis * MILLI));
      return ids;
    }

    @Override
    public long tick(long millis) {
      timers.add(new ModelTimer(++ids, millis * MILLI, round, now + millis * MILLI));
      return ids;
    }

    @Override
    public boolean clear(long id) {
      return timers.removeIf(timer -> timer.id == id);
    }

    @Override
    public void clearAll() {
      timers.clear();
    }

    private Optional<ModelTimer> first() {
      return timers.stream()
          .filter(timer -> timer.waiting)
          .min(Comparator.comparingLong(ModelTimer::due).thenComparingLong(ModelTimer::id));
    }

    @Override
    public int runDue(int limit) {
      long begin = now;
      int count = 0;
      try {
        Optional<ModelTimer> next = first();
        while (count < limit
            && next.isPresent()
            && next.get().due <= begin
            && next.get().madeInRound < round) {
          count++;
          run(next.get(), begin);
          next = first();
        }
      } finally {
        round++;
      }
      return count;
    }

    private void run(ModelTimer timer, long begin) {
      if (timer.interval > 0) {
        while (timer.due <= begin) {
          timer.due += timer.interval;
        }
        callback.accept(timer.id);
        return;
      }
      timer.waiting = false;
      try {
        callback.accept(timer.id);
      } finally {
        timers.remove(timer);
      }
    }

    @Override
    public long nanosUntilNext() {
      return first().map(timer -> Math.max(0, timer.due - now)).orElse(Long.MAX_VALUE);
    }

    @Override
    public int size() {
      return timers.size();
    }

    @Override
    public void pass(long nanos) {
      now += nanos;
    }
  }

  @Test
  void doesWhatAPlainListOfTimersDoes() {
    long runs = 0;
    for (int seed = 0; seed < PROGRAMS; seed++) {
      Program expected = new Program(seed);
      Program actual = new Program(seed);
      // Every other clock wraps around while the program runs.
      long start = seed % 2 == 0 ? Long.MAX_VALUE - 300 * MILLI : seed;

      List<String> trace = expected.run(new Model(expected::callback));

      assertThat(actual.run(new Real(start, actual::callback)))
          .as("seed %d", seed)
          .isEqualTo(trace);
      runs += trace.stream().filter(line -> line.startsWith("runs ")).count();
    }
    assertThat(runs).as("callbacks in all programs").isGreaterThan(20L * PROGRAMS);
  }
}
