// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.Lines.ask;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.event.Level;

/** A handler that blocks holds up the connections of its own worker and nobody else. */
class BlockedWorkerTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final int MANY = 200;

  private final Semaphore release = new Semaphore(0);
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final AtomicLong handledBytes = new AtomicLong();
  private final LogCapture log = LogCapture.of(Engine.class);

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** Answers with the worker; the line "block" keeps that busy until released. */
  private Server newServer(ServerVariant variant) {
    return Lines.framed(variant.newServer())
        .set("worker_num", 2)
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              handledBytes.addAndGet(data.length);
              if (Lines.text(data).equals("block")) {
                blockInHandler();
              }
              if (data.length < 100) {
                Lines.answer(srv, fd, srv.workerId());
              }
            });
  }

  private void blockInHandler() throws InterruptedException {
    blocked.countDown();
    assertThat(release.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
  }

  private List<String> reportsOf(String text) {
    return log.messages(Level.WARN).stream().filter(line -> line.contains(text)).toList();
  }

  private void awaitBlocked() {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(2)).until(() -> blocked.getCount() == 0);
  }

  @ServerMatrix
  void delaysOnlyTheConnectionsOfItsWorker(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(newServer(variant))) {
      List<RawClient> clients = List.of(running.client(), running.client(), running.client());
      List<String> workers = clients.stream().map(client -> ask(client, "who")).toList();
      // by fd in PROCESS mode, by the order of accept in BASE mode: every second one
      assertThat(workers.get(0)).isEqualTo(workers.get(2)).isNotEqualTo(workers.get(1));

      clients.get(0).send("block\n");
      awaitBlocked();

      for (int i = 0; i < MANY; i++) {
        assertThat(ask(clients.get(1), "who")).isEqualTo(workers.get(1));
      }
      clients.get(2).send("who\n").expectNothing(MOMENT);
      RawClient newcomer = running.client();
      assertThat(ask(newcomer, "who")).isEqualTo(workers.get(1));

      release.release();
      assertThat(Lines.read(clients.get(0))).isEqualTo(workers.get(0));
      assertThat(Lines.read(clients.get(2))).isEqualTo(workers.get(0));
    }
  }

  @ServerMatrix
  void isReportedOnceForEachCallbackWithItsStack(ServerVariant variant) {
    Server server = newServer(variant).set("worker_num", 1).set("blocked_callback_time", 0.25);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(ask(client, "who")).isEqualTo("0");

      int withStack = 0;
      while (withStack < 2) {
        // On a busy machine other callbacks, too, may take long enough to be reported.
        await().atMost(LIMIT).until(() -> server.stats().get("idle_worker_num").equals(1));
        log.clear();
        client.send("block\n");
        String report =
            log.awaitContains(Level.WARN, "has been in one callback for").getFormattedMessage();
        client.expectNothing(Duration.ofMillis(600));

        assertThat(reportsOf("has been in one callback")).hasSize(1);
        assertThat(report)
            .startsWith("worker 0 has been in one callback for ")
            .contains("thread swoole-" + running.port() + "-worker-0")
            .doesNotContain("junit");
        release.release();
        assertThat(Lines.read(client)).isEqualTo("0");
        // Or it took so long to get there.
        withStack += report.contains("BlockedWorkerTest.blockInHandler") ? 1 : 0;
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void eventLoopThatTheUsersLengthFunctionBlocksIsReportedOnce(ServerVariant variant) {
    Server server = variant.newServer().set("worker_num", 1).set("blocked_callback_time", 0.5);
    server.set("open_length_check", true);
    server.set(Settings.PACKAGE_LENGTH_FUNC, data -> blockInLengthFunction());
    server.on(Event.RECEIVE, (srv, fd, reactorId, data) -> srv.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String report = "";
      while (!report.contains("io.swoole4j.server.BlockedWorkerTest.blockInLengthFunction")) {
        // Once more where it took so long to get there.
        log.clear();
        client.send("a");
        report =
            log.awaitContains(Level.WARN, "reactor 0 has not come round for ")
                .getFormattedMessage();
        client.expectNothing(Duration.ofMillis(700));
        release.release();
        assertThat(client.readText(1)).isEqualTo("a");
      }

      assertThat(reportsOf("blockInLengthFunction")).hasSize(1);
      assertThat(report)
          .startsWith("reactor 0 has not come round for ")
          .contains("package_length_func and dispatch_func, must not block");
    }
  }

  private int blockInLengthFunction() {
    // An event loop must not throw because of a test: it answers in time or not at all.
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!release.tryAcquire() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(1_000_000);
    }
    return 1;
  }

  @ServerMatrix(modes = PROCESS)
  void isNotReportedOnceItHasStopped(ServerVariant variant) {
    CountDownLatch shutdown = new CountDownLatch(1);
    Server server =
        newServer(variant)
            .set("blocked_callback_time", 0.05)
            .set("max_wait_time", 60)
            .on(Event.WORKER_STOP, (srv, workerId) -> shutdown.countDown());
    try (RunningServer running = RunningServer.start(server)) {
      // keeps its side open, so that the end takes some time after the workers' end
      RawClient client = running.client();
      assertThat(ask(client, "who")).isEqualTo("1");

      server.shutdown();

      await().atMost(LIMIT).until(() -> shutdown.getCount() == 0);
      client.expectEof();
      running.awaitTerminated();
    }

    // A busy machine may let a callback take so long, which has a stack then; an end has none.
    assertThat(log.messages(Level.WARN)).allMatch(line -> line.contains("\tat "));
  }

  @ServerMatrix(modes = PROCESS)
  void letsAConnectionQueueNoMoreThanMaxQueuedBytes(ServerVariant variant) {
    int limit = 64 * 1024;
    Server server = newServer(variant).set("max_queued_bytes", limit).set("worker_num", 1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().sendBuffer(64 * 1024));
      client.send("block\n");
      awaitBlocked();
      byte[] line = ("x".repeat(999) + "\n").getBytes(StandardCharsets.UTF_8);

      long sent = client.sendUntilBlocked(line, Duration.ofMillis(300), 64L << 20);

      // The kernel holds more than that, whenever the server comes to read it.
      await().atMost(LIMIT).until(() -> queuedBytes(server) > limit);
      client.expectNothing(MOMENT);
      assertThat(queuedBytes(server)).isGreaterThan(limit).isLessThan(limit + 128 * 1024);

      release.release();
      assertThat(Lines.read(client)).isEqualTo("0");
      long whole = 6 + sent / line.length * line.length;
      await().atMost(LIMIT).until(() -> handledBytes.get() >= whole);
      await()
          .atMost(LIMIT)
          .until(() -> server.getClientInfo(1).orElseThrow().recvQueuedBytes() == 0);
      // reads on
      client.send("\nwho\n".substring(sent % line.length == 0 ? 1 : 0));
      assertThat(client.readUntil("0\n")).endsWith("0\n");
    }
  }

  @ServerMatrix(modes = PROCESS)
  void holdsNoMoreThanItsMailboxOfManyConnections(ServerVariant variant) {
    Server server = newServer(variant).set("worker_num", 1).set("max_queued_bytes", 0);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient blocker = running.client();
      blocker.send("block\n");
      awaitBlocked();
      byte[] lines = "\n".repeat(4096).getBytes(StandardCharsets.UTF_8);
      List<RawClient> clients = List.of(running.client(), running.client(), running.client());

      for (RawClient client : clients) {
        client.sendUntilBlocked(lines, Duration.ofMillis(200), 256L << 20);
      }

      // The kernel holds far more than that, whenever the server comes to read it.
      await().atMost(LIMIT).until(() -> queuedBytes(server) >= 16L * 1024);
      // Each connection may add one read on top of what fills the mailbox.
      assertThat(queuedBytes(server)).isLessThanOrEqualTo((16 + clients.size() * 64L) * 1024);
      clients.forEach(RawClient::abort);
      release.release();
      assertThat(Lines.read(blocker)).isEqualTo("0");
      await().atMost(LIMIT).until(() -> server.connections().size() == 1);
      assertThat(ask(blocker, "who")).isEqualTo("0");
    }
  }

  @ServerMatrix
  void answersWhatWasSentBeforeTheHandlerBlocked(ServerVariant variant) {
    Server server =
        variant
            .newServer()
            .set(Map.of("worker_num", 2))
            .on(
                Event.RECEIVE,
                (srv, fd, reactorId, data) -> {
                  srv.send(fd, "early\n");
                  blockInHandler();
                  srv.send(fd, "late\n");
                });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("x");
      awaitBlocked();

      // In BASE mode the event loop itself is blocked; nothing leaves before the handler returns.
      if (variant.mode() == PROCESS) {
        assertThat(Lines.read(client)).isEqualTo("early");
      } else {
        client.expectNothing(MOMENT);
      }
      release.release();
      assertThat(client.readUntil("late\n")).endsWith("late\n");
    }
  }

  private static long queuedBytes(Server server) {
    return server.getClientList().stream()
        .map(server::getClientInfo)
        .mapToLong(info -> info.orElseThrow().recvQueuedBytes())
        .sum();
  }
}
