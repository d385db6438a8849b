// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.spi.Alarms;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert;

/** Timers and deferred callbacks of workers, seen by a client. */
final class TimerTest {
  @ServerMatrix
  void ticksOnTheWorkerThatMadeTheTimerUntilItIsCleared(ServerVariant variant) {
    Server server = variant.newServer().set("worker_num", 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          int worker = s.workerId();
          AtomicInteger left = new AtomicInteger(3);
          s.tick(
              10,
              id -> {
                s.send(fd, s.workerId() == worker ? "t" : "x");
                if (left.decrementAndGet() == 0) {
                  s.send(fd, s.clearTimer(id) && !s.clearTimer(id) ? "." : "?");
                }
              });
        });

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(client.readText(4)).isEqualTo("ttt.");
      client.expectNothing(Duration.ofMillis(100));
    }
  }

  @ServerMatrix
  void runsOnceAfterTheDelayAndNeverEarlier(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          long begin = System.nanoTime();
          s.after(
              50,
              () -> {
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                s.send(fd, millis >= 50 ? "in time" : "early: " + millis);
              });
        });

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(client.readText(7)).isEqualTo("in time");
      client.expectNothing(Duration.ofMillis(100));
    }
  }

  @ServerMatrix
  void runsTimersInOrderWhileMessagesKeepComing(ServerVariant variant) {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Server server = variant.newServer().set("worker_num", 1);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          long begin;
          long[] made = {0, 0};
          do {
            s.clearTimer(made[0]);
            s.clearTimer(made[1]);
            begin = System.nanoTime();
            made[0] = s.after(60, () -> order.add("second"));
            made[1] = s.after(30, () -> order.add("first"));
            // Their order is known if the second was made at once.
          } while (System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(20));
        });
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      await()
          .until(
              () -> {
                client.send("ping");
                client.readExactly(4);
                return order.size() == 2;
              });

      assertThat(order).containsExactly("first", "second");
    }
  }

  @ServerMatrix
  void defersBehindTheCurrentCallback(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.defer(() -> s.send(fd, "b"));
          s.send(fd, "a");
        });

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(client.readText(2)).isEqualTo("ab");
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of timer threw")
  void reportsATimerThatThrowsAndGoesOn(ServerVariant variant) {
    CompletableFuture<Event<?>> reported = new CompletableFuture<>();
    AtomicInteger ticks = new AtomicInteger();
    Server server = variant.newServer().set("worker_num", 1);
    server.on(Event.ERROR, (s, event, fd, workerId, cause) -> reported.complete(event));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(
        Event.WORKER_START,
        (s, workerId) ->
            s.tick(
                10,
                id -> {
                  if (ticks.incrementAndGet() == 1) {
                    throw new IllegalStateException("first tick");
                  }
                }));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(reported).succeedsWithin(Duration.ofSeconds(30)).isSameAs(Event.TIMER);
      await().until(() -> ticks.get() >= 3);
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of receive threw")
  void endsTheTimersOfAWorkerWithTheWorker(ServerVariant variant) {
    AtomicInteger starts = new AtomicInteger();
    AtomicLong firstTicks = new AtomicLong();
    AtomicLong secondTicks = new AtomicLong();
    Server server = variant.newServer().set("worker_num", 1);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          AtomicLong ticks = starts.incrementAndGet() == 1 ? firstTicks : secondTicks;
          s.tick(5, id -> ticks.incrementAndGet());
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          throw new AssertionError("ends the worker");
        });

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      await().until(() -> firstTicks.get() > 0);
      client.send("die");
      await().until(() -> secondTicks.get() > 0);
      long before = firstTicks.get();
      await().until(() -> secondTicks.get() > 20);

      assertThat(firstTicks.get()).isEqualTo(before);
    }
  }

  @ServerMatrix
  void refusesTimesOutOfRangeAndThreadsThatAreNoWorkers(ServerVariant variant) {
    ConcurrentHashMap<String, String> refusals = new ConcurrentHashMap<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> s.after(0, () -> refusals.put("ran", "after")))
              .withMessage("after_time_ms: 0 (expected: 1..86400000)");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> s.tick(86_400_001, id -> refusals.put("ran", "tick")))
              .withMessageContaining("86400001 (expected: 1..86400000)");
          s.send(fd, s.clearTimer(4711) ? "?" : "ok");
        });
    assertThatIllegalStateException().isThrownBy(() -> server.tick(1, id -> server.clearTimer(id)));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(client.readText(2)).isEqualTo("ok");
      assertThat(refusals).isEmpty();
      assertThatIllegalStateException()
          .isThrownBy(() -> server.after(1, server::shutdown))
          .withMessageContaining("(expected: a worker of this server)");
    }
  }

  @ServerMatrix(transports = "nio")
  void refusesTimersBesideAnAlarm(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (ThrowableAssert.ThrowingCallable call :
              List.<ThrowableAssert.ThrowingCallable>of(
                  () -> s.tick(60_000, id -> {}), () -> s.after(60_000, () -> {}))) {
            assertThatIllegalStateException()
                .isThrownBy(call)
                .withMessage("timer: an alarm is set (expected: none beside it)");
          }
          Alarms.run(false);
          s.send(fd, s.clearTimer(s.after(60_000, () -> {})) ? "ok" : "??");
        });

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      Alarms.run(true);

      assertThat(client.send("go").readText(2)).isEqualTo("ok");
    } finally {
      Alarms.run(false);
    }
  }
}
