// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.Event;
import io.swoole4j.server.Journal;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timers on workers and on other threads. */
class TimerClassTest {

  private final Journal journal = new Journal();

  @AfterEach
  void clear() {
    Timer.clearAll();
  }

  private static boolean hasThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("swoole-timer"));
  }

  private void again(int left) {
    journal.add("line " + left + " on " + Thread.currentThread().getName());
    if (left > 1) {
      Timer.after(10, () -> again(left - 1));
    }
  }

  @Test
  void armsItselfAgainAndItsThreadEndsWithTheLast() {
    Timer.after(10, () -> again(10));

    journal.waitFor("line 1 on swoole-timer");
    assertThat(journal.lines()).hasSize(10);
    await().until(() -> !hasThread());
    assertThat(Timer.list()).isEmpty();
  }

  @Test
  void refusesTimesOutOfRange() {
    // That of the test before may not have ended yet.
    await().until(() -> !hasThread());
    for (long millis : new long[] {0, -1, 86_400_001}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Timer.after(millis, () -> {}));
      assertThatIllegalArgumentException().isThrownBy(() -> Timer.tick(millis, id -> {}));
    }
    assertThat(hasThread()).isFalse();
  }

  @Test
  void tellsAboutTimers() {
    long once = Timer.after(60_000, () -> {});
    long tick = Timer.tick(50_000, id -> {});

    assertThat(Timer.info(once).orElseThrow().interval()).isZero();
    assertThat(Timer.info(once).orElseThrow().execMsec()).isBetween(1L, 60_000L);
    assertThat(Timer.info(tick).orElseThrow().interval()).isEqualTo(50_000);
    assertThat(Timer.info(tick).orElseThrow().execCount()).isZero();
    assertThat(Timer.list()).containsExactly(once, tick);
    assertThat(Timer.stats().num()).isEqualTo(2);
    assertThat(Timer.stats().initialized()).isTrue();
    assertThat(Timer.clear(once)).isTrue();
    assertThat(Timer.clear(once)).isFalse();
    assertThat(Timer.exists(once)).isFalse();
    assertThat(Timer.info(once)).isEmpty();
    assertThat(Timer.exists(tick)).isTrue();
    Timer.clearAll();
    assertThat(Timer.exists(tick)).isFalse();
    await().until(() -> !hasThread());
  }

  @Test
  void seesItselfRemovedInsideItsCallbackAndLaterOnesInTheNextRound() {
    AtomicLong made = new AtomicLong(-1);
    long first = Timer.after(60_000, () -> {});
    long round = Timer.info(first).orElseThrow().round();
    Timer.tick(
        10,
        id -> {
          journal.add("before " + Timer.info(id).map(TimerInfo::removed));
          long later = Timer.after(60_000, () -> {});
          made.set(Timer.info(later).orElseThrow().round());
          journal.add("count " + Timer.info(id).orElseThrow().execCount());
          Timer.clear(id);
          journal.add("after " + Timer.info(id).map(TimerInfo::removed) + Timer.exists(id));
        });

    journal.waitFor("after " + Optional.of(true) + "false");
    assertThat(journal.lines()).startsWith("before " + Optional.of(false), "count 1");
    assertThat(made).hasValue(round + 1);
  }

  @Test
  @ExpectErrors("callback of timer threw")
  void goesOnAfterCallbackThatThrows() {
    AtomicInteger runs = new AtomicInteger();
    Timer.tick(
        5,
        id -> {
          int run = runs.incrementAndGet();
          if (run == 4) {
            Timer.clear(id);
          }
          if (run % 2 == 0) {
            throw new IllegalStateException("bad");
          }
          throw new AssertionError("worse");
        });

    await().until(() -> runs.get() == 4 && !hasThread());
  }

  @Test
  void canBeUsedByOthersWhileCallbackRuns() {
    AtomicInteger state = new AtomicInteger();
    Timer.after(
        1,
        () -> {
          state.set(1);
          await().until(() -> state.get() == 2);
          state.set(3);
        });

    await().until(() -> state.get() == 1);
    Timer.clear(Timer.after(10_000, () -> {}));
    state.set(2);
    await().until(() -> state.get() == 3);
  }

  @ServerMatrix
  void sendsAndClosesOutsideOfTheWorkers(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("?").readExactly(1);
      Timer.after(5, () -> server.connections().forEach(fd -> server.send(fd, "to all")));
      assertThat(client.readText(6)).isEqualTo("to all");

      Timer.after(5, () -> server.connections().forEach(server::close));
      client.expectEof();
    }
  }

  @ServerMatrix
  void belongsToTheWorkerThatMakesIt(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          int worker = s.workerId();
          Timer.after(60_000, () -> s.send(fd, "never\n"));
          Timer.clearAll();
          Timer.tick(
              5,
              id -> {
                boolean mine = s.workerId() == worker && Timer.list().equals(java.util.List.of(id));
                s.send(fd, mine && Timer.clear(id) ? "mine\n" : "not mine\n");
              });
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("mine\n");
      assertThat(Timer.list()).isEmpty();
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of timer threw")
  void reportsFailuresOfWorkersToError(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.ERROR, (s, event, fd, workerId, cause) -> journal.add(event + " " + workerId));
    server.on(
        Event.WORKER_START,
        (s, id) ->
            Timer.after(
                1,
                () -> {
                  throw new IllegalStateException("bad");
                }));

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("timer 0");
    }
  }
}
