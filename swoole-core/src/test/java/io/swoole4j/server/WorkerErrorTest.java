// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/** An error ends its worker, and nothing but the message that threw it is lost. */
@ExpectErrors("handler of [a-zA-Z]+ threw")
class WorkerErrorTest {

  private final Journal journal = new Journal();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** One worker; packets end with a line feed, those that begin with "error" throw one. */
  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.set("open_eof_split", true).set("package_eof", "\n");
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          threads.add(Thread.currentThread());
          journal.add("workerStart " + workerId);
        });
    server.on(Event.RECEIVE, this::receive);
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop " + workerId));
    server.on(
        Event.WORKER_ERROR,
        (s, workerId, pid, exitCode, signal) ->
            journal.add(
                "workerError %d %s %d %d on %s"
                    .formatted(
                        workerId,
                        pid == ProcessHandle.current().pid() ? "own" : "other",
                        exitCode,
                        signal,
                        Thread.currentThread().getName().replaceAll("[0-9]+", "N"))));
    return server;
  }

  private void receive(Server server, long fd, int reactorId, byte[] data) {
    String packet = new String(data, UTF_8);
    if (packet.startsWith("error")) {
      throw new AssertionError("asked for");
    }
    server.send(fd, data);
  }

  @ServerMatrix
  void losesOnlyTheMessageThatThrew(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          entered.countDown();
          release.await();
          receive(s, fd, reactorId, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("1\n2\nerror\n4\n5\n");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      client.send("6\n7\n8\n9\n10\n");
      release.countDown();

      assertThat(client.readUntil("10\n")).isEqualTo("1\n2\n4\n5\n6\n7\n8\n9\n10\n");
      assertThat(client.send("again\n").readText(6)).isEqualTo("again\n");
      await().until(() -> server.getClientInfo(1).orElseThrow().recvQueuedBytes() == 0);
      await().until(() -> server.stats().get("idle_worker_num").equals(1));
      Traffic.untilStats(server, Map.of("dispatch_count", 11L));
    }

    assertThat(journal.lines())
        .containsExactlyInAnyOrder(
            "workerStart 0",
            "workerError 0 own 255 0 on swoole-N-manager",
            "workerStart 0",
            "workerStop 0");
    assertThat(threads).hasSize(variant.mode() == ServerMode.PROCESS ? 2 : 1);
  }

  @ServerMatrix
  void isToldByAnObjectToo(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        "workerError",
        (WorkerErrorObjectHandler)
            (s, info) ->
                journal.add(
                    "%d %d %d %d"
                        .formatted(
                            info.workerId(), info.status(), info.exitCode(), info.signal())));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("error\non\n").readText(3)).isEqualTo("on\n");
      journal.waitFor("0 65280 255 0");
    }
    assertThat(journal.lines())
        .containsExactlyInAnyOrder(
            "workerStart 0", "0 65280 255 0", "workerStart 0", "workerStop 0");
  }

  @ServerMatrix
  void logsErrorOnceWithItsWorker(ServerVariant variant) {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server);
        LogCapture log = LogCapture.of("io.swoole4j")) {
      RawClient client = running.client();
      client.send("error\n");
      journal.waitFor("workerStart 0", 2);
      assertThat(client.send("on\n").readText(3)).isEqualTo("on\n");

      assertThat(log.messages(Level.ERROR))
          .containsExactly("handler of receive threw: fd 1, worker 0");
    }
  }

  @ServerMatrix
  void servesOtherConnectionsOfTheSameReadInOrder(ServerVariant variant) {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client();
      RawClient second = running.client();
      for (int round = 0; round < 6; round++) {
        first.send("error\nf" + round + "\n");
        second.send("s" + round + "\n");
        assertThat(second.readUntil("\n")).isEqualTo("s" + round + "\n");
        assertThat(first.readUntil("\n")).isEqualTo("f" + round + "\n");
      }
    }

    assertThat(journal.count("workerStart 0")).isEqualTo(7);
    assertThat(journal.count("workerError 0 own 255 0 on swoole-N-manager")).isEqualTo(6);
    assertThat(journal.count("workerStop 0")).isEqualTo(1);
  }

  @ServerMatrix
  void keepsConnectionWhenConnectOrCloseThrowsAnError(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          throw new StackOverflowError("in connect");
        });
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          throw new NoClassDefFoundError("in close");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient staying = running.client();
      RawClient leaving = running.client();
      assertThat(staying.send("a\n").readText(2)).isEqualTo("a\n");
      assertThat(leaving.send("b\n").readText(2)).isEqualTo("b\n");
      leaving.close();
      journal.waitFor("workerStart 0", 4);
      assertThat(staying.send("c\n").readText(2)).isEqualTo("c\n");
      await().until(() -> server.getClientInfo(2).isEmpty());
      assertThat(server.getClientList()).containsExactly(1L);
    }
  }

  @ServerMatrix
  void losesWorkerButNotConnectionWhenCloseThrowsAnErrorInsideClose(ServerVariant variant) {
    Server server = server(variant);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.close(fd));
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          throw new AssertionError("in close");
        });

    try (RunningServer running = RunningServer.start(server)) {
      for (long fd = 1; fd <= 2; fd++) {
        try (RawClient client = running.client()) {
          client.send("close\n").expectEof();
        }
        long closed = fd;
        await().until(() -> server.getClientInfo(closed).isEmpty());
      }
    }

    assertThat(journal.count("workerStart 0")).isEqualTo(3);
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void doesNotSpinWhenWorkerCannotStart(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart");
          throw new AssertionError("cannot start");
        });

    long begin = System.nanoTime();
    try (RunningServer running = RunningServer.start(server);
        LogCapture log = LogCapture.of("io.swoole4j")) {
      journal.waitFor("workerStart", 5);
      int starts = journal.count("workerStart");
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      // Two at once, and a pause of 100 ms before every two that follow.
      assertThat(millis).isGreaterThanOrEqualTo(((starts + 1) / 2 - 1) * 100L);
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
      server.shutdown();
      running.awaitTerminated();
      assertThat(log.contains(Level.WARN, "worker 0 did not end in time")).isTrue();
    }
  }

  @ServerMatrix
  void isReplacedAndWatchedWhileItsErrorIsStillBeingHandled(ServerVariant variant)
      throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch reported = new CountDownLatch(1);
    Server server = server(variant).set(Settings.BLOCKED_CALLBACK_TIME, 0.05);
    server.on(
        Event.WORKER_ERROR,
        (s, workerId, pid, exitCode, signal) -> {
          entered.countDown();
          release.await();
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (new String(data, UTF_8).equals("block\n")) {
            assertThat(reported.await(60, TimeUnit.SECONDS)).isTrue();
          }
          receive(s, fd, reactorId, data);
        });

    try (RunningServer running = RunningServer.start(server);
        LogCapture log = LogCapture.of("io.swoole4j")) {
      RawClient client = running.client();
      client.send("error\n");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      // The manager is in workerError from now on. The second death comes early, so that there is a
      // pause before the third thread.
      assertThat(client.send("error\non\n").readText(3)).isEqualTo("on\n");
      client.send("block\n");
      log.awaitContains(Level.WARN, "worker 0 has been in one callback for");
      reported.countDown();
      assertThat(client.readText(6)).isEqualTo("block\n");
      assertThat(release.getCount()).isEqualTo(1);
      release.countDown();
    }
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void servesOnWhenWorkerStartThrowsAgainAndTriesOnceMore(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart");
          if (journal.count("workerStart") <= 2) {
            throw new AssertionError("cannot start");
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("on\n").readText(3)).isEqualTo("on\n");
      journal.waitFor("workerStart", 3);
    }

    assertThat(journal.count("workerStart")).isEqualTo(3);
  }

  @ServerMatrix
  void endsForGoodWhenWorkerStopThrowsAnError(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.WORKER_STOP,
        (s, workerId) -> {
          journal.add("workerStop");
          throw new AssertionError("cannot stop");
        });

    RunningServer.start(server).close();

    assertThat(journal.lines()).containsExactly("workerStart 0", "workerStop");
  }
}
