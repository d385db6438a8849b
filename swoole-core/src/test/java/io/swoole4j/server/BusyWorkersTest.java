// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.Lines.ask;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.event.Level;

/** The dispatch modes that look at what the workers have to do. */
class BusyWorkersTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LogCapture log = LogCapture.of(Server.class);
  private volatile CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** Answers a line with its worker; the line "block" keeps that busy until released. */
  private Server blockingServer(ServerVariant variant, int mode, int workers) {
    return Lines.framed(variant.newServer())
        .set("dispatch_mode", mode)
        .set("worker_num", workers)
        .set("reactor_num", 1)
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              if (Lines.text(data).equals("block")) {
                Lines.answer(srv, fd, "blocks " + srv.workerId());
                // what was sent before a handler blocks reaches the client all the same
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
              }
              Lines.answer(srv, fd, srv.workerId());
            });
  }

  private static String block(RawClient client) {
    return ask(client, "block").replace("blocks ", "");
  }

  private static void awaitIdle(Server server, int workers) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> server.stats().get("idle_worker_num").equals(workers));
  }

  @ServerMatrix(modes = PROCESS)
  void modes3And7And9And10PassByBusyWorkers(ServerVariant variant) {
    for (int mode : new int[] {3, 7, 9, 10}) {
      release = new CountDownLatch(1);
      Server server = blockingServer(variant, mode, 3);
      try (RunningServer running = RunningServer.start(server)) {
        String busy = block(running.client());
        Set<String> used = new TreeSet<>();
        RawClient client = running.client();
        awaitIdle(server, 2);
        for (int i = 0; i < 12; i++) {
          used.add(ask(client, "who"));
          awaitIdle(server, 2);
        }

        assertThat(used).as("mode %s", mode).hasSize(2).doesNotContain(busy);
        assertThat(server.stats()).containsEntry("no_idle_worker_count", 0L);
        release.countDown();
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void modes9And10CountWhatABurstHasGivenOutAlready(ServerVariant variant) {
    for (int mode : new int[] {9, 10}) {
      release = new CountDownLatch(1);
      Server server = blockingServer(variant, mode, 2);
      try (RunningServer running = RunningServer.start(server)) {
        String busy = block(running.client());
        RawClient client = running.client();
        ask(client, "who");
        awaitIdle(server, 1);

        client.send("who\n".repeat(9));

        // With the message it is busy with, the busy worker has as many as the other.
        for (int i = 0; i < 5; i++) {
          assertThat(Lines.read(client)).isNotEqualTo(busy);
        }
        client.expectNothing(Duration.ofMillis(50));
        release.countDown();
        for (int i = 0; i < 4; i++) {
          assertThat(Lines.read(client)).isEqualTo(busy);
        }
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode3CountsAndLogsWhenNoWorkerIsIdle(ServerVariant variant) {
    Server server = blockingServer(variant, 3, 2);
    long begin = System.nanoTime();
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(List.of(block(running.client()), block(running.client())))
          .containsExactlyInAnyOrder("0", "1");
      assertThat(log.contains("9007")).isFalse();

      RawClient third = running.client();
      third.send("who\n");

      log.awaitContains(
          Level.WARN,
          "[9007] no idle worker, consider a higher worker_num: 2 (1 times since the last report)");
      await().atMost(LIMIT).until(() -> server.stats().get("no_idle_worker_count").equals(1L));
      third.send("who\nwho\n");
      await().atMost(LIMIT).until(() -> server.stats().get("no_idle_worker_count").equals(3L));
      third.expectNothing(Duration.ofMillis(50));

      release.countDown();
      assertThat(IntStream.range(0, 3).mapToObj(i -> Lines.read(third))).containsAnyOf("0", "1");
      long lines = log.messages(Level.WARN).stream().filter(line -> line.contains("9007")).count();
      assertThat(lines - 1)
          .as("at most one line a second")
          .isLessThanOrEqualTo(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
    }
  }

  /** Who has answered may not have put its work down yet. */
  private static void awaitMostIdle(Server server, int workers) {
    while (server.engine().workers().stream().filter(worker -> worker.inFlight() == 0).count()
        < workers) {
      LockSupport.parkNanos(100_000);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode3UsesAllWorkersAndSlowOnesLess(ServerVariant variant) throws InterruptedException {
    int workers = 16;
    int packets = 1_000;
    int slow = 2;
    AtomicIntegerArray served = new AtomicIntegerArray(workers);
    Server server =
        Lines.framed(variant.newServer())
            .set("dispatch_mode", 3)
            .set("worker_num", workers)
            .on(
                Event.RECEIVE,
                (srv, fd, reactorId, data) -> {
                  served.incrementAndGet(srv.workerId());
                  if (srv.workerId() < slow) {
                    assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
                  }
                  Lines.answer(srv, fd, Lines.text(data));
                });
    AtomicInteger next = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    try (RunningServer running = RunningServer.start(server)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        RawClient client = running.client();
        threads.add(
            new Thread(
                () -> {
                  int number = next.getAndIncrement();
                  while (number < packets) {
                    awaitMostIdle(server, workers - threads.size());
                    if (ask(client, "number " + number).equals("number " + number)) {
                      answered.incrementAndGet();
                    }
                    number = next.getAndIncrement();
                  }
                }));
      }
      threads.forEach(Thread::start);
      // Two of the clients wait for a slow worker, the others go on without them.
      await().atMost(LIMIT).until(() -> answered.get() == packets - slow);
      release.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(answered).hasValue(packets);

    int[] counts = IntStream.range(0, workers).map(served::get).toArray();
    assertThat(IntStream.of(counts).sum()).isEqualTo(packets);
    assertThat(counts).doesNotContain(0);
    assertThat(IntStream.of(counts).limit(slow)).containsOnly(1);
  }
}
