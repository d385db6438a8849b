// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Which events fire when, on which thread, with which arguments. */
class EventOrderTest {

  private final Journal journal = new Journal();

  private Server journaled(ServerVariant variant, int workers) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, workers);
    server.on(Event.START, s -> journal.add("start"));
    server.on(Event.MANAGER_START, s -> journal.add("managerStart"));
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart " + workerId));
    server.on(Event.CONNECT, (s, fd, reactorId) -> journal.add("connect " + fd));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          journal.add("receive " + fd + " " + new String(data, UTF_8));
          s.send(fd, data);
        });
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) ->
            journal.add(
                "close %d by %s, exists %s, known %s"
                    .formatted(
                        fd,
                        reactorId >= 0 ? "client" : "server " + reactorId,
                        s.exist(fd),
                        s.getClientInfo(fd).isPresent())));
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop " + workerId));
    server.on(Event.BEFORE_SHUTDOWN, s -> journal.add("beforeShutdown"));
    server.on(Event.MANAGER_STOP, s -> journal.add("managerStop"));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));
    return server;
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void followsLifeOfServerWithItsManager(ServerVariant variant) {
    Server server = journaled(variant, 1);

    try (RunningServer running = RunningServer.start(server)) {
      try (RawClient client = running.client()) {
        assertThat(client.send("ab").readText(2)).isEqualTo("ab");
      }
      journal.waitFor("close 1 by client, exists false, known true");
      try (RawClient client = running.client()) {
        assertThat(client.send("cd").readText(2)).isEqualTo("cd");
      }
      journal.waitFor("close 2 by client, exists false, known true");
    }

    assertThat(journal.lines().subList(0, 2)).containsExactly("start", "managerStart");
    assertThat(journal.lines().subList(2, journal.lines().size()))
        .containsExactly(
            "workerStart 0",
            "connect 1",
            "receive 1 ab",
            "close 1 by client, exists false, known true",
            "connect 2",
            "receive 2 cd",
            "close 2 by client, exists false, known true",
            "beforeShutdown",
            "workerStop 0",
            "managerStop",
            "shutdown");
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void hasNoManagerWithOneWorkerInBaseMode(ServerVariant variant) {
    Server server = journaled(variant, 1);

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("ab").readText(2);
      assertThat(server.managerPid()).isZero();
      assertThat(server.masterPid()).isEqualTo(ProcessHandle.current().pid());
    }

    assertThat(journal.lines())
        .startsWith("start", "workerStart 0", "connect 1", "receive 1 ab")
        .doesNotContain("managerStart", "managerStop")
        .endsWith("workerStop 0", "shutdown");
  }

  @ServerMatrix
  void stopsEveryWorkerBetweenBeforeShutdownAndManagerStop(ServerVariant variant) {
    Server server = journaled(variant, 3);

    try (RunningServer running = RunningServer.start(server)) {
      // The workers begin on their own threads, whatever the server does meanwhile.
      journal.waitFor("workerStart 0");
      journal.waitFor("workerStart 1");
      journal.waitFor("workerStart 2");
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }

    List<String> lines = journal.lines();
    assertThat(lines).startsWith("start", "managerStart").endsWith("managerStop", "shutdown");
    int end = lines.indexOf("beforeShutdown");
    assertThat(lines.subList(2, end))
        .containsExactlyInAnyOrder("workerStart 0", "workerStart 1", "workerStart 2");
    assertThat(lines.subList(end + 1, lines.size() - 2))
        .containsExactlyInAnyOrder("workerStop 0", "workerStop 1", "workerStop 2");
  }

  @ServerMatrix
  void closesOpenConnectionsBeforeWorkersStop(ServerVariant variant) {
    Server server = journaled(variant, 1);

    RunningServer running = RunningServer.start(server);
    try (RawClient client = RawClient.connect(server.host(), server.getPort())) {
      client.send("ab").readText(2);
      running.close();
      client.expectEof();
    }

    assertThat(journal.lines())
        .containsSubsequence(
            "beforeShutdown",
            "close 1 by server -1, exists false, known true",
            "workerStop 0",
            "shutdown");
  }

  /** 1001, or 1004 as soon as the event loop has forgotten the connection. */
  private static String code(int lastError) {
    return lastError == 1001 || lastError == 1004 ? "closed by the server" : "code " + lastError;
  }

  @ServerMatrix
  void runsCloseEventInsideCloseOnOwnWorker(ServerVariant variant) {
    Server server = journaled(variant, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          journal.add("closing");
          journal.add("closed " + s.close(fd) + ", again " + s.close(fd));
          journal.add(code(s.getLastError()) + ", sent " + s.send(fd, "late"));
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("x").expectEof();
    }

    assertThat(journal.lines())
        .containsSubsequence(
            "closing",
            "close 1 by server -1, exists false, known true",
            "closed true, again false",
            "closed by the server, sent false");
    assertThat(journal.count("close 1 by server -1, exists false, known true")).isEqualTo(1);
  }

  @ServerMatrix
  void runsCloseEventOnOwnWorkerWhenClosedFromElsewhere(ServerVariant variant) {
    Server server = journaled(variant, 2);
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> journal.add("close on " + s.workerId() + " by " + reactorId));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "" + s.workerId()));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String worker = client.send("who").readText(1);

      assertThat(server.workerId()).isEqualTo(-1);
      assertThat(server.close(1)).isTrue();
      client.expectEof();
      journal.waitFor("close on " + worker + " by -1");
    }
  }

  @ServerMatrix
  void tellsWhyClientWasClosedUntilItsEventIsOver(ServerVariant variant) {
    CompletableFuture<Map<String, Object>> info = new CompletableFuture<>();
    Server server = journaled(variant, 1);
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          assertThat(s.send(fd, "x")).isFalse();
          assertThat(s.getLastError()).isEqualTo(1003);
          info.complete(s.getClientInfo(fd).orElseThrow().asMap());
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("ab").close();
      assertThat(info.join())
          .containsEntry("close_errno", 0)
          .containsEntry("remote_ip", "127.0.0.1");
      await().until(() -> server.getClientInfo(1).isEmpty());
      assertThat(server.exist(1)).isFalse();
    }
  }

  @ServerMatrix
  void startsBeforeClientsAreServed(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = journaled(variant, 1);
    server.on(
        Event.START,
        s -> {
          entered.countDown();
          release.await();
          journal.add("start");
        });
    Thread starter = new Thread(server::startAsync, "starter");
    starter.start();

    assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    try (RawClient client = RawClient.connect(server.host(), server.getPort())) {
      client.send("early").expectNothing(Duration.ofMillis(50));
      release.countDown();
      assertThat(client.readText(5)).isEqualTo("early");
    }
    starter.join();
    server.shutdown();
    assertThat(server.awaitTermination(Duration.ofSeconds(30))).isTrue();

    assertThat(journal.count("start")).isEqualTo(1);
    assertThat(journal.lines()).containsSubsequence("start", "workerStart 0", "connect 1");
  }

  @ServerMatrix
  void lastsFromStartOverBeforeShutdownToShutdown(ServerVariant variant) {
    CompletableFuture<Thread> watcher = new CompletableFuture<>();
    Journal mine = new Journal();
    Server server = journaled(variant, 1);
    server.on(
        Event.START,
        s -> {
          mine.add("start");
          Thread watching = new Thread(() -> watch(s), "watcher");
          watching.start();
          watcher.complete(watching);
        });
    server.on(
        Event.BEFORE_SHUTDOWN,
        s -> {
          watcher.join().interrupt();
          watcher.join().join();
          mine.add("beforeShutdown");
        });
    server.on(Event.SHUTDOWN, s -> mine.add("shutdown"));

    assertThat(server.start()).isTrue();

    assertThat(mine.lines()).containsExactly("start", "beforeShutdown", "shutdown");
  }

  private static void watch(Server server) {
    server.shutdown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException expected) {
      Thread.currentThread().interrupt();
    }
  }

  @ServerMatrix
  void namesItsThreadsAfterPortAndRole(ServerVariant variant) {
    Server server = journaled(variant, 2);
    Journal threads = new Journal();
    server.on(Event.START, s -> threads.add(Thread.currentThread().getName()));
    server.on(Event.WORKER_START, (s, id) -> threads.add(id + Thread.currentThread().getName()));
    server.on(Event.SHUTDOWN, s -> threads.add(Thread.currentThread().getName()));

    RunningServer.start(server).close();

    String prefix = "swoole-" + server.getPort();
    assertThat(threads.lines())
        .containsExactlyInAnyOrder(
            prefix + "-manager",
            "0" + prefix + "-worker-0",
            "1" + prefix + "-worker-1",
            prefix + "-manager");
  }

  @ServerMatrix
  void answersShutdownToClientBeforeItEnds(ServerVariant variant) {
    Server server = journaled(variant, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, String.valueOf(s.shutdown())));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("shutdown").readUntilEof())
          .isEqualTo("true".getBytes(UTF_8));
      running.awaitTerminated();
    }
  }

  @ServerMatrix
  void countsIdleWorkersWithoutTheOneThatAsks(ServerVariant variant) {
    CompletableFuture<Map<String, Object>> stats = new CompletableFuture<>();
    Server server = journaled(variant, 3);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> stats.complete(s.stats()));

    try (RunningServer running = RunningServer.start(server)) {
      await().until(() -> server.stats().get("idle_worker_num").equals(3));
      running.client().send("stats");
      assertThat(stats.join())
          .containsEntry("worker_num", 3)
          .containsEntry("idle_worker_num", 2)
          .containsEntry("connection_num", 1)
          .containsEntry("accept_count", 1L)
          .containsEntry("close_count", 0L)
          .containsKeys("start_time", "request_count", "dispatch_count", "total_recv_bytes");
    }
  }
}
