// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.worker.Mailbox;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.event.Level;

/** Callbacks on virtual threads; each test with one worker unless it says otherwise. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
class CoroutineTest {
  private static final long SECONDS = 30;

  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final CountDownLatch gate = new CountDownLatch(1);

  private static Server server(ServerVariant variant) {
    Server server = variant.newServer();
    return server.set(Settings.ENABLE_COROUTINE, true).set(Settings.WORKER_NUM, 1);
  }

  private void echoBehindGate(Server server, long fd, int reactorId, byte[] data)
      throws InterruptedException {
    awaitGate();
    server.send(fd, data);
  }

  private void awaitGate() throws InterruptedException {
    assertThat(gate.await(SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private void awaitLog(String... lines) throws InterruptedException {
    List<String> seen = new ArrayList<>();
    while (seen.size() < lines.length) {
      seen.add(Traffic.take(log));
    }
    assertThat(seen).containsExactly(lines);
  }

  private static int running(Server server) {
    return (int) server.stats().get("coroutine_num");
  }

  @ServerMatrix(transports = "nio")
  void runsCallbacksOfDifferentConnectionsSideBySide(ServerVariant variant) {
    CyclicBarrier together = new CyclicBarrier(3);
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          together.await(SECONDS, TimeUnit.SECONDS);
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = List.of(running.client(), running.client(), running.client());
      clients.forEach(client -> client.send("x"));

      clients.forEach(client -> assertThat(client.readText(1)).isEqualTo("x"));
      assertThat((int) server.stats().get("coroutine_peek_num")).isGreaterThanOrEqualTo(3);
    }
  }

  @ServerMatrix(transports = "nio")
  void answersClientsInAnotherLanguageSideBySideAndEachInOrder(ServerVariant variant) {
    CyclicBarrier together = new CyclicBarrier(8);
    Server server = Lines.framed(server(variant));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (Lines.text(data).equals("together")) {
            together.await(SECONDS, TimeUnit.SECONDS);
          }
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      String script =
          """
          import socket, sys
          lines = ['together'] + [str(i) for i in range(50)]
          clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
                     for i in range(8)]
          for c in clients:
              c.sendall(''.join(line + '\\n' for line in lines).encode())
              c.shutdown(socket.SHUT_WR)
          for c in clients:
              assert c.makefile().read().split('\\n')[:-1] == lines
          print('same')
          """;
      assertThat(PythonClient.run(script, running.port()).requireSuccess()).isEqualTo("same");
    }
  }

  @ServerMatrix
  void keepsTheOrderOfTheCallbacksOfOneConnection(ServerVariant variant) throws Exception {
    int packets = 300;
    AtomicInteger within = new AtomicInteger();
    List<String> seen = new ArrayList<>();
    Server server = server(variant);
    server.set(Settings.OPEN_EOF_SPLIT, true).set(Settings.PACKAGE_EOF, "\n");
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          awaitGate();
          note(seen, within, "connect");
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> note(seen, within, new String(data, UTF_8).strip()));
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          note(seen, within, "close");
          log.add("closed");
        });

    try (RunningServer running = RunningServer.start(server)) {
      StringBuilder all = new StringBuilder();
      List<String> expected = new ArrayList<>(List.of("connect"));
      for (int i = 0; i < packets; i++) {
        all.append(i).append('\n');
        expected.add(String.valueOf(i));
      }
      expected.add("close");
      running.client().send(all.toString()).close();
      gate.countDown();

      awaitLog("closed");
      assertThat(seen).isEqualTo(expected);
    }
  }

  /** No lock around the list: it fails if two callbacks overlap, or do not see each other. */
  private static void note(List<String> seen, AtomicInteger within, String line) {
    assertThat(within.incrementAndGet()).isOne();
    LockSupport.parkNanos(1);
    seen.add(line);
    within.decrementAndGet();
  }

  @ServerMatrix(transports = "nio")
  void knowsItsWorkerOnEveryVirtualThread(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set(Settings.WORKER_NUM, 2).set(Settings.TASK_WORKER_NUM, 1);
    AtomicInteger worker = new AtomicInteger(-2);
    server.on(Event.TASK, (s, id, source, data) -> data + " of " + source);
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) ->
            log.add(message + " from " + (source == worker.get()) + " at " + s.workerId()));
    server.on(Event.FINISH, (s, id, data) -> log.add("finish at " + at(s, worker)));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          worker.set(s.workerId());
          log.add("error " + s.getLastError() + " " + s.send(99, "nobody") + s.getLastError());
          log.add("status " + s.getWorkerStatus().orElseThrow() + " of " + at(s, worker));
          log.add("waited " + s.sendwait(fd, "a"));
          log.add(s.taskwait("task", SECONDS).orElseThrow().equals("task of " + worker) + "");
          s.sendMessage("message", 1 - s.workerId());
          awaitLine("message");
          s.task("task");
          awaitLine("finish");
          s.after(1, () -> log.add("timer at " + at(s, worker)));
          awaitLine("timer");
          s.defer(() -> log.add("deferred at " + at(s, worker)));
          awaitLine("deferred");
          log.add("own " + s.sendMessage("to itself", s.workerId()) + s.getLastError());
          log.add("many " + (running(s) > 0));
          s.send(fd, "b");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("x").readText(2)).isEqualTo("ab");

      assertThat(log)
          .containsExactly(
              "error 0 false1005",
              "status BUSY of true",
              "waited true",
              "true",
              "message from true at " + (1 - worker.get()),
              "finish at true",
              "timer at true",
              "deferred at true",
              "own false505",
              "many true");
    }
  }

  private static boolean at(Server server, AtomicInteger worker) {
    return server.workerId() == worker.get() && server.getWorkerId() == worker.get();
  }

  private void awaitLine(String begin) {
    Traffic.until(() -> log.stream().anyMatch(line -> line.startsWith(begin)));
  }

  @ServerMatrix(transports = "nio")
  void runsAsManyAsMaxCoroutineAndLetsTheOthersWait(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_COROUTINE, 2);
    server.on(Event.RECEIVE, this::echoBehindGate);

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        clients.add(running.client().send("x"));
      }
      Traffic.until(() -> (int) server.stats().get("concurrency") == 6 && running(server) == 2);
      assertThat(server.stats()).containsEntry("coroutine_peek_num", 2);

      gate.countDown();
      clients.forEach(client -> assertThat(client.readText(1)).isEqualTo("x"));
    }
  }

  @ServerMatrix(transports = "nio", modes = ServerMode.BASE)
  void warnsOfNoLimitThatHoldsInBaseModeAsWell(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, 1000);
    server.set(Settings.REACTOR_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture lines = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("x").readText(1)).isEqualTo("x");
      assertThat(lines.messages(Level.WARN))
          .containsExactly("reactor_num: has no effect in BASE mode");
    }
  }

  @ServerMatrix(transports = "nio")
  void readsNoMoreThanMaxQueuedBytesWhileCallbacksWait(ServerVariant variant) {
    AtomicLong received = new AtomicLong();
    Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, 100_000);
    server.set(Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE, 16 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          awaitGate();
          received.addAndGet(data.length);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().sendBuffer(16 * 1024));
      long sent = client.sendUntilBlocked(new byte[8192], Duration.ofMillis(200), 64 << 20);
      gate.countDown();
      client.shutdownOutput().expectEof();

      assertThat(received.get()).isBetween(sent - 8192, sent + 8192);
    }
  }

  @ServerMatrix(transports = "nio")
  void letsNobodyWaitForPacketsBehindACallbackOfAnotherConnection(ServerVariant variant) {
    AtomicInteger received = new AtomicInteger();
    Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, 0);
    server.set(Settings.OPEN_EOF_SPLIT, true).set(Settings.PACKAGE_EOF, "\n");
    server.set(Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE, 16 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data.length > 2) {
            s.send(fd, data);
            return;
          }
          awaitGate();
          received.incrementAndGet();
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient other = running.client();
      List<RawClient> slow = new ArrayList<>();
      int sent = 0;
      for (int i = 0; i < 5; i++) {
        RawClient client = running.client(running.clientOptions().sendBuffer(16 * 1024));
        byte[] packets = "x\n".repeat(1000).getBytes(UTF_8);
        // However few its packets take, they are not all read.
        sent += (int) client.sendUntilBlocked(packets, Duration.ofMillis(50), 4 << 20) / 2;
        slow.add(client);
      }
      Traffic.until(() -> (int) server.stats().get("concurrency") > Mailbox.CAPACITY);
      for (int i = 0; i < 5; i++) {
        assertThat(other.send("other\n").readText(6)).isEqualTo("other\n");
      }
      gate.countDown();
      slow.forEach(client -> client.shutdownOutput().expectEof());

      assertThat(received.get()).isEqualTo(sent);
    }
  }

  @ServerMatrix(transports = "nio")
  void runsTheCloseEventInsideOfTheCallbackThatCloses(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.on(Event.CLOSE, (s, fd, reactorId) -> log.add("close " + reactorId));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          log.add("closed " + s.close(fd));
          log.add("sent " + s.send(fd, "x") + s.getLastError());
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("x").expectEof();

      awaitLog("close -1", "closed true", "sent false1001");
      Traffic.untilNothingIsLeft(server);
    }
  }

  @ServerMatrix(transports = "nio")
  void leavesOutTicksWhoseCallbackStillRuns(ServerVariant variant) throws Exception {
    AtomicInteger others = new AtomicInteger();
    AtomicInteger within = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    Server server = server(variant);
    server.on(
        Event.WORKER_START,
        (s, id) -> {
          s.tick(
              1,
              timer -> {
                if (within.incrementAndGet() > 1) {
                  overlaps.incrementAndGet();
                }
                awaitGate();
                within.decrementAndGet();
                log.add("tick");
                s.clearTimer(timer);
              });
          s.tick(1, timer -> others.incrementAndGet());
        });
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (RunningServer running = RunningServer.start(server)) {
      Traffic.until(() -> others.get() > 5);
      gate.countDown();

      awaitLog("tick");
      assertThat(overlaps).hasValue(0);
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
  }

  @ServerMatrix(transports = "nio")
  void doesNotCountAWaitingCallbackAsBlockedWorker(ServerVariant variant) {
    Server server = server(variant);
    server.on(Event.RECEIVE, this::echoBehindGate);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("x");
      Traffic.until(() -> running(server) > 0);

      // What the checker of blocked workers looks at: odd while a message runs.
      Traffic.until(() -> server.engine().workers().get(0).progress() % 2 == 0);
      assertThat(server.getWorkerStatus(0)).contains(WorkerStatus.BUSY);
      gate.countDown();
      client.readExactly(1);
    }
  }

  @ServerMatrix(transports = "nio")
  void waitsForCallbacksBeforeTheServerEnds(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.WORKER_STOP, (s, id) -> log.add("stop"));
    server.on(Event.CLOSE, (s, fd, reactorId) -> log.add("close"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          log.add("begin");
          awaitGate();
          log.add("end " + s.send(fd, data));
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("x");
      awaitLog("begin");
      server.shutdown();
      Traffic.until(() -> server.state() == ServerState.STOPPING);
      gate.countDown();

      assertThat(client.readText(1)).isEqualTo("x");
      running.awaitTerminated();
      awaitLog("end true", "close", "stop");
    }
  }

  @ServerMatrix(transports = "nio")
  void interruptsCallbacksThatTakeLongerThanMaxWaitTime(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 0.1);
    server.on(Event.WORKER_STOP, (s, id) -> log.add("stop"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          log.add("begin");
          try {
            gate.await();
          } catch (InterruptedException e) {
            log.add("interrupted");
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("x");
      running.client().send("x");
      awaitLog("begin", "begin");
      server.shutdown();

      running.awaitTerminated();
      // The worker waits a second for them, which may be too short for a busy machine.
      assertThat(List.of(Traffic.take(log), Traffic.take(log), Traffic.take(log)))
          .containsExactlyInAnyOrder("interrupted", "interrupted", "stop");
    }
  }

  @ServerMatrix(transports = "nio")
  void endsWithoutACallbackThatIgnoresItsInterrupt(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 0.1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          log.add("begin");
          while (gate.getCount() > 0) {
            try {
              awaitGate();
            } catch (InterruptedException e) {
              log.add("interrupted");
            }
          }
          log.add("end");
        });

    try (LogCapture lines = LogCapture.of("io.swoole4j.internal.lifecycle.Shutdown");
        RunningServer running = RunningServer.start(server)) {
      running.client().send("x");
      awaitLog("begin");
      server.shutdown();

      running.awaitTerminated();
      assertThat(lines.awaitContains(Level.WARN, "was given up").getFormattedMessage())
          .contains("CoroutineTest");
      gate.countDown();
      awaitLog("interrupted", "end");
    }
  }

  @ServerMatrix(transports = "nio")
  void servesOnWhileTheLastIncarnationWaitsForItsCallbacks(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.WORKER_START, (s, id) -> log.add("start"));
    server.on(Event.WORKER_STOP, (s, id) -> log.add("stop"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (new String(data, UTF_8).equals("w")) {
            log.add("begin");
            awaitGate();
            log.add("end");
          }
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient waiting = running.client().send("w");
      awaitLog("start", "begin");
      assertThat(server.reload()).isTrue();
      awaitLog("start");
      assertThat(running.client().send("x").readText(1)).isEqualTo("x");
      gate.countDown();

      assertThat(waiting.readText(1)).isEqualTo("w");
      awaitLog("end", "stop");
    }
  }

  @ServerMatrix(transports = "nio")
  void leavesACallbackBehindThatIgnoresTheEndOfItsIncarnation(ServerVariant variant)
      throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 0.1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (new String(data, UTF_8).equals("next")) {
            s.send(fd, data);
            return;
          }
          log.add("begin");
          while (gate.getCount() > 0) {
            try {
              awaitGate();
            } catch (InterruptedException e) {
              log.add("interrupted");
            }
          }
          s.send(fd, "end");
        });

    try (LogCapture lines = LogCapture.of(Engine.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("x");
      awaitLog("begin");
      client.send("next");
      assertThat(server.reload()).isTrue();

      lines.awaitContains(Level.WARN, "was left behind");
      Traffic.until(() -> server.stats().get("abandoned_worker_count").equals(1L));
      assertThat(client.readText(4)).isEqualTo("next");
      Traffic.until(() -> running(server) == 1);
      awaitLog("interrupted");
      gate.countDown();
      assertThat(client.readText(3)).isEqualTo("end");
    }
  }

  @ServerMatrix(transports = "nio")
  void beginsAnewWhenACallbackThrowsAnError(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.WORKER_START, (s, id) -> log.add("start"));
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> log.add("error of " + id));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (new String(data, UTF_8).equals("e")) {
            throw new AssertionError("asked for");
          }
          awaitGate();
          s.send(fd, data);
        });

    try (LogCapture failures = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      awaitLog("start");
      RawClient waiting = running.client().send("x");
      Traffic.until(() -> running(server) == 1);
      running.client().send("e");
      awaitLine("error of 0");
      awaitLine("start");
      gate.countDown();

      assertThat(waiting.readText(1)).isEqualTo("x");
      assertThat(running.client().send("y").readText(1)).isEqualTo("y");
      failures.awaitContains(Level.ERROR, "handler of receive threw");
    }
  }

  @ServerMatrix(transports = "nio")
  void finishesTheCallbackThatStopsItsWorker(ServerVariant variant) throws Exception {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.WORKER_START, (s, id) -> log.add("start"));
    server.on(Event.WORKER_STOP, (s, id) -> log.add("stop"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          log.add("stopped " + s.stop());
          awaitGate();
          log.add("end " + s.workerId());
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("x");
      awaitLine("stopped true");
      gate.countDown();

      assertThat(client.readText(1)).isEqualTo("x");
      Traffic.until(() -> log.size() == 5);
      assertThat(List.copyOf(log))
          .containsSubsequence("start", "stopped true", "end 0", "stop")
          .containsSubsequence("start", "start");
    }
  }

  @ServerMatrix(transports = "nio", modes = ServerMode.PROCESS)
  void spreadsCallbacksThatWaitAmongTheirWorkers(ServerVariant variant) throws Exception {
    CyclicBarrier together = new CyclicBarrier(4);
    Server server = server(variant).set(Settings.WORKER_NUM, 2).set(Settings.DISPATCH_MODE, 3);
    server.set(Settings.OPEN_EOF_SPLIT, true).set(Settings.PACKAGE_EOF, "\n");
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          log.add("worker " + s.workerId());
          together.await(SECONDS, TimeUnit.SECONDS);
          s.send(fd, "x");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient one = running.client().send("1\n");
      Traffic.until(() -> log.size() == 1);
      one.send("2\n");
      Traffic.until(() -> log.size() == 2);
      RawClient two = running.client().send("3\n");
      RawClient three = running.client().send("4\n");

      one.readExactly(2);
      two.readExactly(1);
      three.readExactly(1);
      assertThat(List.copyOf(log).subList(0, 2)).containsExactlyInAnyOrder("worker 0", "worker 1");
    }
  }

  @ServerMatrix(transports = "nio")
  void countsRequestsTowardsMaxRequest(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set(Settings.MAX_REQUEST, 2L).set(Settings.MAX_REQUEST_GRACE, 0L);
    server.on(Event.WORKER_START, (s, id) -> log.add("start"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int i = 0; i < 2; i++) {
        client.send("x").readExactly(1);
      }

      awaitLog("start", "start");
      assertThat(client.send("x").readText(1)).isEqualTo("x");
    }
  }

  @ServerMatrix(transports = "nio")
  void waitsForASlowClientInPlaceOfFailing(ServerVariant variant) {
    int size = 64 * 1024;
    int messages = 64;
    Server server = server(variant);
    server.set(Settings.SOCKET_BUFFER_SIZE, size);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < messages; i++) {
            assertThat(s.send(fd, new byte[size])).isTrue();
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      client.send("x");
      Traffic.until(() -> running(server) == 1);

      assertThat(client.readExactly(size * messages)).hasSize(size * messages);
    }
  }

  @ServerMatrix(transports = "nio")
  void takesDatagramsSideBySide(ServerVariant variant) throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    Server server = variant.newServer("127.0.0.1", SocketType.UDP);
    server.set(Map.of("enable_coroutine", true, "worker_num", 1));
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          together.await(SECONDS, TimeUnit.SECONDS);
          log.add(new String(data, UTF_8));
        });

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = new DatagramSocket()) {
      for (int i = 0; i < 2; i++) {
        client.send(
            new DatagramPacket(
                new byte[] {'x'}, 1, InetAddress.getLoopbackAddress(), running.port()));
      }

      awaitLog("x", "x");
    }
  }
}
