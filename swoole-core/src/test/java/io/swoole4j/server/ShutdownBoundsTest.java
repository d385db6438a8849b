// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/** How long an end takes when handlers block, and whom that harms. */
class ShutdownBoundsTest {

  private static final String LIFECYCLE = "io.swoole4j.internal.lifecycle";

  private final Journal journal = new Journal();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Two workers; "who" asks for the worker's id, "block" and "stick" occupy it, else echo. */
  private Server server(ServerVariant variant, double maxWaitTime) {
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 2).set(Settings.MAX_WAIT_TIME, maxWaitTime);
    server.on(Event.RECEIVE, this::receive);
    server.on(Event.CLOSE, (s, fd, reactorId) -> note("close", s.workerId()));
    server.on(Event.WORKER_STOP, (s, workerId) -> note("workerStop", workerId));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));
    return server;
  }

  private void note(String event, int workerId) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    journal.add(event + " " + workerId + (interrupted ? " interrupted" : ""));
  }

  private void receive(Server server, long fd, int reactorId, byte[] data) {
    switch (new String(data, UTF_8)) {
      case "who" -> server.send(fd, String.valueOf(server.workerId()));
      case "block" -> {
        blocked.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          journal.add("handler interrupted");
          server.send(fd, "sorry");
        }
      }
      case "stick" -> {
        blocked.countDown();
        stick();
      }
      default -> server.send(fd, data);
    }
  }

  private void stick() {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException e) {
        journal.add("handler interrupted");
      }
    }
  }

  /** Connects until the connection is served by the worker of that id. */
  private static RawClient clientOf(RunningServer running, int workerId) {
    // Where the kernel chooses the worker it does so by a hash.
    for (int i = 0; i < 60; i++) {
      RawClient client = running.client();
      if (client.send("who").readText(1).equals(String.valueOf(workerId))) {
        return client;
      }
    }
    throw new AssertionError("worker " + workerId + ": no connection in 60 (expected: one)");
  }

  private void occupy(RawClient client, String how) throws InterruptedException {
    client.send(how);
    assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @ServerMatrix
  void closesConnectionsOfOtherWorkersWhileOneIsBlocked(ServerVariant variant) throws Exception {
    Server server = server(variant, 60);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = clientOf(running, 0);
      RawClient second = clientOf(running, 1);
      occupy(first, "block");

      server.shutdown();
      second.expectEof();
      journal.waitFor("close 1");
      assertThat(journal.lines()).doesNotContain("close 0");
      assertThat(server.state()).isEqualTo(ServerState.STOPPING);
      release.countDown();
      first.expectEof();
      running.awaitTerminated();
    }

    assertThat(journal.lines())
        .containsSubsequence("close 1", "close 0", "workerStop 0")
        .contains("workerStop 1")
        .noneMatch(line -> line.endsWith("interrupted"))
        .endsWith("shutdown");
  }

  @ServerMatrix
  void interruptsWhoBlocksLongerThanItMayAndLetsItEnd(ServerVariant variant) throws Exception {
    Server server = server(variant, 0.2);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = clientOf(running, 0);
      occupy(client, "block");

      server.shutdown();
      assertThat(client.readText(5)).isEqualTo("sorry");
      client.expectEof();
      running.awaitTerminated();
    }

    assertThat(journal.lines())
        .containsSubsequence("handler interrupted", "close 0", "workerStop 0")
        .endsWith("shutdown");
  }

  @ServerMatrix(transports = "nio")
  void givesUpWorkerThatIgnoresItsInterrupt(ServerVariant variant) throws Exception {
    Descriptors before = Descriptors.snapshot();
    Server server = server(variant, 0.2);

    try (RunningServer running = RunningServer.start(server);
        LogCapture log = LogCapture.of(LIFECYCLE)) {
      RawClient first = clientOf(running, 0);
      RawClient second = clientOf(running, 1);
      occupy(first, "stick");

      server.shutdown();
      second.expectEof();
      running.awaitTerminated();

      assertThat(log.messages(Level.WARN))
          .filteredOn(line -> line.contains("did not end in time"))
          .singleElement()
          .asString()
          .startsWith("worker 0 did not end in time and was given up")
          .contains("io.swoole4j.server.ShutdownBoundsTest.stick");
      release.countDown();
    }

    before.awaitNothingOpenedSince();
    assertThat(journal.lines())
        .contains("handler interrupted", "close 1", "workerStop 1")
        .doesNotContain("close 0", "workerStop 0")
        .endsWith("shutdown");
  }

  @ServerMatrix(modes = ServerMode.BASE, transports = "nio")
  void endsThoughBlockedEventLoopListensItself(ServerVariant variant) throws Exception {
    Descriptors before = Descriptors.snapshot();
    Server server = server(variant, 0.2).set(Settings.ENABLE_REUSE_PORT, true);

    try (RunningServer running = RunningServer.start(server);
        LogCapture log = LogCapture.of(LIFECYCLE)) {
      occupy(clientOf(running, 0), "stick");
      server.shutdown();
      running.awaitTerminated();
      assertThat(log.contains(Level.WARN, "worker 0 did not end in time")).isTrue();
      release.countDown();
    }

    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void interruptsNobodyWhoDoesNotBlockEvenWithoutWaitTime(ServerVariant variant) {
    // A moment that is too short for a machine that stands still: then once more.
    Traffic.until(
        () -> {
          Journal ended = new Journal();
          Server server = server(variant, 0);
          server.on(Event.CLOSE, (s, fd, reactorId) -> ended.add(takingItsTime()));
          server.on(Event.WORKER_STOP, (s, workerId) -> ended.add(takingItsTime()));
          try (RunningServer running = RunningServer.start(server)) {
            assertThat(running.client().send("hi").readText(2)).isEqualTo("hi");
          }
          return ended.lines().equals(List.of("done", "done", "done"));
        });
  }

  /** What a handler does that is busy for a while, but does not block. */
  private static String takingItsTime() {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(10)) {
      Thread.onSpinWait();
    }
    return Thread.currentThread().isInterrupted() ? "interrupted" : "done";
  }

  @ServerMatrix
  void answersWhatHasArrivedBeforeItEnds(ServerVariant variant) throws Exception {
    Server server = variant.newServer().set(Settings.MAX_WAIT_TIME, 60.0);
    server.set("open_eof_split", true).set("package_eof", "\n");
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          blocked.countDown();
          if (journal.lines().isEmpty()) {
            release.await();
          }
          journal.add(new String(data, UTF_8).strip());
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      occupy(client, "1\n2\n3\n4\n5\n");
      server.shutdown();
      release.countDown();

      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("1\n2\n3\n4\n5\n");
    }

    assertThat(journal.lines()).containsExactly("1", "2", "3", "4", "5");
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void closesBehindPacketsThatWaitOnAnyWorker(ServerVariant variant) throws Exception {
    for (int mode : new int[] {1, 3, 9}) {
      Journal closes = new Journal();
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      Server server = Lines.framed(server(variant, 60)).set("dispatch_mode", mode);
      server.set("enable_unsafe_event", true);
      server.on(
          Event.RECEIVE,
          (s, fd, reactorId, data) -> {
            if (Lines.text(data).equals("0")) {
              busy.countDown();
              go.await();
            }
            s.send(fd, data);
          });
      server.on(Event.CLOSE, (s, fd, reactorId) -> closes.add("close"));

      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        client.send("0\n1\n2\n3\n4\n5\n6\n7\n");
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
        Traffic.until(() -> server.stats().get("dispatch_count").equals(8L));
        server.shutdown();
        // Time enough for a close on the worker that is not busy, were it not to wait.
        Traffic.until(() -> server.state() == ServerState.STOPPING);
        closes.neverWithin(Duration.ofMillis(200), "close");
        go.countDown();

        String answers = new String(client.readUntilEof(), UTF_8);
        assertThat(answers.split("\n"))
            .as("mode %s", mode)
            .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7");
      }
    }
  }

  @ServerMatrix
  void resetsClientThatHasNotTakenItsAnswerInTime(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.MAX_WAIT_TIME, 0.2);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.set(Settings.BUFFER_OUTPUT_SIZE, 4 << 20);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[4 << 20]));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient slow = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      slow.send("?").readExactly(1);
      server.shutdown();
      running.awaitTerminated();

      slow.expectReset();
    }
  }

  @ServerMatrix
  void boundsHandlersOfTheServersOwnEvents(ServerVariant variant) {
    Server server = server(variant, 0.1);
    server.on(Event.BEFORE_SHUTDOWN, s -> blockIn("beforeShutdown"));
    server.on(Event.MANAGER_STOP, s -> blockIn("managerStop"));
    server.on(Event.SHUTDOWN, s -> blockIn("shutdown"));

    try (LogCapture log = LogCapture.of(LIFECYCLE)) {
      RunningServer running = RunningServer.start(server);
      running.close();

      assertThat(log.messages(Level.WARN))
          .filteredOn(line -> line.contains("did not return"))
          .containsSubsequence(
              "beforeShutdown did not return in time and is interrupted",
              "managerStop did not return in time and is interrupted",
              "shutdown did not return in time and is interrupted");
    }
    assertThat(journal.lines()).containsSubsequence("beforeShutdown", "managerStop", "shutdown");
  }

  private void blockIn(String event) {
    try {
      release.await();
    } catch (InterruptedException e) {
      journal.add(event);
    }
  }
}
