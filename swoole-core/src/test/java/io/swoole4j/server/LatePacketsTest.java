// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.event.Level;

/** Packets that reach their worker when their connection has closed already. */
class LatePacketsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final CountDownLatch serve = new CountDownLatch(1);
  private final LogCapture log = LogCapture.of(Server.class);

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** A server whose only worker does not begin before it is told to. */
  private Server lateServer(ServerVariant variant, int mode) {
    return Lines.framed(variant.newServer())
        .set("dispatch_mode", mode)
        .set("worker_num", 1)
        .on(
            Event.WORKER_START,
            (srv, workerId) -> assertThat(serve.await(30, TimeUnit.SECONDS)).isTrue())
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              boolean sent = srv.send(fd, data);
              events.add(fd + " " + Lines.text(data) + " " + sent + " " + srv.getLastError());
            })
        .on(Event.CLOSE, (srv, fd, reactorId) -> events.add("close " + fd));
  }

  private void sendAndLeave(RunningServer running, Consumer<RawClient> leave) {
    for (int i = 0; i < 2; i++) {
      RawClient client = running.client();
      client.send("a\nb\n").send("c\n").send("d\n");
      long fd = i + 1L;
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  running
                      .server()
                      .getClientInfo(fd)
                      .map(info -> info.recvQueuedBytes() == 8)
                      .orElse(false));
      leave.accept(client);
    }
    await().atMost(LIMIT).until(() -> running.server().connections().size() == 0);
  }

  private void areDiscarded(ServerVariant variant, int mode, Consumer<RawClient> leave) {
    Server server = lateServer(variant, mode);
    try (RunningServer running = RunningServer.start(server)) {
      sendAndLeave(running, leave);

      serve.countDown();

      await().atMost(LIMIT).until(() -> server.stats().get("discard_count").equals(8L));
      log.awaitContains(Level.WARN, "[1007] packet of a closed connection discarded: fd 1");
      await().atMost(LIMIT).until(() -> server.getClientInfo(2).isEmpty());
    }
    assertThat(events).isEmpty();
  }

  @ServerMatrix(modes = PROCESS)
  void areDiscardedAndCountedInMode3(ServerVariant variant) {
    areDiscarded(variant, 3, RawClient::close);
  }

  @ServerMatrix(modes = PROCESS)
  void areDiscardedAndCountedInMode1AfterAReset(ServerVariant variant) {
    areDiscarded(variant, 1, RawClient::abort);
  }

  @ServerMatrix(modes = PROCESS)
  void areDeliveredWithoutDiscardTimeoutRequest(ServerVariant variant) {
    Server server = lateServer(variant, 3).set("discard_timeout_request", false);
    try (RunningServer running = RunningServer.start(server)) {
      sendAndLeave(running, RawClient::abort);

      serve.countDown();

      await().atMost(LIMIT).until(() -> events.size() == 8);
    }
    int closed = ErrorCode.SESSION_CLOSED_BY_CLIENT.code();
    assertThat(events)
        .containsExactlyInAnyOrder(
            "1 a false " + closed,
            "1 b false " + closed,
            "1 c false " + closed,
            "1 d false " + closed,
            "2 a false " + closed,
            "2 b false " + closed,
            "2 c false " + closed,
            "2 d false " + closed);
    assertThat(server.stats()).containsEntry("discard_count", 0L);
  }

  @ServerMatrix(modes = PROCESS)
  void areDeliveredWhereTheModeKeepsTheirOrder(ServerVariant variant) {
    Server server = lateServer(variant, 2);
    try (RunningServer running = RunningServer.start(server)) {
      sendAndLeave(running, RawClient::abort);

      serve.countDown();

      await().atMost(LIMIT).until(() -> events.size() == 10);
    }
    assertThat(events)
        .filteredOn(event -> event.startsWith("1 ") || event.equals("close 1"))
        .extracting(event -> event.substring(0, 3))
        .containsExactly("1 a", "1 b", "1 c", "1 d", "clo");
    assertThat(server.stats()).containsEntry("discard_count", 0L);
    assertThat(log.contains("1007")).isFalse();
  }

  @ServerMatrix(modes = PROCESS)
  void areAnsweredAfterAHalfCloseWhenAWorkerIsIdle(ServerVariant variant) {
    for (int mode : new int[] {1, 3, 7, 9, 10}) {
      serve.countDown();
      Server server = lateServer(variant, mode).set("worker_num", 3);
      try (RunningServer running = RunningServer.start(server)) {
        int prompt = 0;
        for (int i = 0; prompt < 4 && i < 200; i++) {
          long begin = System.nanoTime();
          RawClient client = running.client();

          client.send("a\nb\nc\n").shutdownOutput();

          byte[] answers = client.readUntilEof();
          // On a busy machine a worker may come too late for what nobody waits for any more.
          if (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(200)) {
            assertThat(answers).as("mode %s", mode).hasSize(6);
            prompt++;
          }
        }
        assumeTrue(prompt > 0, "no answer within 200 ms");
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void areDiscardedWhenAnotherWorkerHasClosedTheConnection(ServerVariant variant) {
    CountDownLatch waiting = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Server server =
        Lines.framed(variant.newServer())
            .set("dispatch_mode", 1)
            .set("worker_num", 2)
            .on(
                Event.RECEIVE,
                (srv, fd, reactorId, data) -> {
                  events.add(Lines.text(data));
                  if (Lines.text(data).equals("wait")) {
                    waiting.countDown();
                    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
                  } else if (Lines.text(data).equals("close")) {
                    assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
                    srv.close(fd);
                    closed.countDown();
                  }
                });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      // to workers 0, 1, 0
      client.send("wait\nclose\nlate\n");

      client.expectEof();
      client.close();
      await().atMost(LIMIT).until(() -> server.stats().get("discard_count").equals(1L));
    }
    assertThat(events).containsExactlyInAnyOrder("wait", "close");
  }
}
