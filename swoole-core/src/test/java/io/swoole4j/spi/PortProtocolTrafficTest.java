// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static io.swoole4j.spi.LineProtocol.LINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.swoole4j.server.DispatchFunction;
import io.swoole4j.server.Event;
import io.swoole4j.server.Journal;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.event.Level;

/** Messages of a third party's protocol obey what holds for bytes. */
class PortProtocolTrafficTest {

  private final Journal journal = new Journal();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  private static final class LineServer extends Server {
    LineServer(ServerMode mode, Consumer<String> dropped) {
      super("127.0.0.1", 0, mode, SocketType.TCP, List.of(new LineProtocol(dropped)));
    }
  }

  /** What is dropped goes into the journal. */
  private Server lineServer(ServerVariant variant) {
    return variant
        .prepare(new LineServer(variant.mode(), text -> journal.add("dropped " + text)))
        .set(Settings.WORKER_NUM, 2)
        .set(LineProtocol.OPEN_LINE_PROTOCOL, true);
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void goToWorkersAsDispatchModeSays(ServerVariant variant) {
    for (int mode : new int[] {1, 2}) {
      Server server = lineServer(variant).set("dispatch_mode", mode).set("log_level", 5);
      server.on(LINE, (s, line, text) -> line.reply("" + s.workerId()));

      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        String first = client.send("a\n").readUntil("\n");
        String second = client.send("b\n").readUntil("\n");
        assertThat(first.equals(second)).isEqualTo(mode == 2);
        assertThat(client.send("c\n").readUntil("\n")).isEqualTo(first);
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void stopReadingWhereTooMuchWaitsForWorker(ServerVariant variant) throws Exception {
    int lines = 400;
    String line = "x".repeat(1023) + "\n";
    Server server = lineServer(variant).set("max_queued_bytes", "16K");
    server.on(
        LINE,
        (s, from, text) -> {
          entered.countDown();
          release.await();
          journal.add(text);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(line.repeat(lines));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      await().until(() -> server.getClientInfo(1).orElseThrow().recvQueuedBytes() > 16 * 1024);
      await()
          .during(Duration.ofMillis(100))
          .until(() -> server.getClientInfo(1).orElseThrow().recvQueuedBytes() < 200 * 1024);
      release.countDown();
      journal.waitFor("x".repeat(1023), lines);
      await().until(() -> server.getClientInfo(1).orElseThrow().recvQueuedBytes() == 0);
    }
  }

  @ServerMatrix
  void areNotRunOnceTheServerHasClosedTheConnection(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + reactorId));
    server.on(
        LINE,
        (s, line, text) -> {
          journal.add(text);
          journal.add("closed " + line.session().close(false) + " " + line.session().close(false));
          journal.add("open " + line.session().isOpen() + ", replied " + line.reply("late"));
        });

    try (RunningServer running = RunningServer.start(server)) {
      try (RawClient client = running.client()) {
        client.send("one\ntwo\nsix\n").expectEof();
      }
      await().until(() -> server.getClientInfo(1).isEmpty());
    }

    assertThat(journal.lines())
        .containsExactly(
            "one",
            "close -1",
            "closed true false",
            "open false, replied false",
            "dropped two",
            "dropped six");
  }

  @ServerMatrix
  void areDroppedWhenTheyArriveBehindTheServersClose(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(LINE, (s, line, text) -> s.close(line.fd()));

    try (RunningServer running = RunningServer.start(server)) {
      long begin;
      do {
        begin = System.nanoTime();
        RawClient client = running.client();
        client.send("one\n").expectEof();
        // The server reads on for two seconds, so that the client is not reset, but looks at
        // nothing.
        client.send("two\n");
      } while (System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(1500));

      journal.waitFor("dropped two");
    }
    assertThat(journal.lines()).isNotEmpty().containsOnly("dropped two");
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areDroppedWhenTheDispatchFunctionDiscardsThem(ServerVariant variant) {
    AtomicInteger packets = new AtomicInteger();
    Server server = lineServer(variant);
    server.set(
        Server.DISPATCH_FUNC,
        (s, fd, type, data) ->
            type == DispatchFunction.TYPE_DATA && packets.incrementAndGet() == 2
                ? DispatchFunction.DISCARD
                : DispatchFunction.FALLBACK);
    server.on(LINE, (s, line, text) -> line.reply(text));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("one\ntwo\nsix\n").readUntil("six\n"))
          .isEqualTo("one\nsix\n");
    }
    assertThat(journal.lines()).containsExactly("dropped two");
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areDroppedWhenTheyAreLateInModesThatDiscardSuch(ServerVariant variant) throws Exception {
    Server server = lineServer(variant).set("dispatch_mode", 3).set(Settings.WORKER_NUM, 1);
    server.on(
        LINE,
        (s, line, text) -> {
          entered.countDown();
          release.await();
          journal.add(text);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("one\n");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      client.send("two\n");
      await().until(() -> server.stats().get("dispatch_count").equals(2L));
      client.abort();
      await().until(() -> server.stats().get("close_count").equals(1L));
      release.countDown();
      journal.waitFor("dropped two");
    }
    assertThat(journal.lines()).containsExactly("one", "dropped two");
  }

  @ServerMatrix(transports = "nio")
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
  @ExpectErrors("handler of line threw")
  void areDroppedWhenTheirRefusalFails(ServerVariant variant) throws Exception {
    Server server = lineServer(variant).set(Settings.WORKER_NUM, 1);
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.MAX_COROUTINE, 1);
    server.on(
        LINE,
        (s, line, text) -> {
          entered.countDown();
          release.await();
          line.reply(text);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("one\n");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      running.client().send(LineProtocol.BAD + "\n");
      journal.waitFor("dropped " + LineProtocol.BAD);
      release.countDown();
      assertThat(client.readUntil("\n")).isEqualTo("one\n");
    }
    assertThat(journal.lines()).containsExactly("dropped " + LineProtocol.BAD);
  }

  @ServerMatrix
  @ExpectErrors("handler of line threw")
  void areReportedAndHarmNobodyWhenTheirDropFails(ServerVariant variant) {
    List<String> errors = new CopyOnWriteArrayList<>();
    Server server =
        variant
            .prepare(
                new LineServer(
                    variant.mode(),
                    text -> {
                      throw new IllegalStateException("drop of " + text);
                    }))
            .set(LineProtocol.OPEN_LINE_PROTOCOL, true)
            .set(Settings.WORKER_NUM, 1);
    server.on(
        Event.ERROR,
        (s, event, fd, workerId, cause) -> errors.add(event + ": " + cause.getMessage()));
    server.on(
        LINE,
        (s, line, text) -> {
          line.reply(text);
          s.close(line.fd());
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("one\ntwo\n").readUntil("\n")).isEqualTo("one\n");
      await().until(() -> !errors.isEmpty());
      assertThat(running.client().send("again\n").readUntil("\n")).isEqualTo("again\n");
    }
    assertThat(errors).containsExactly("line: drop of two");
  }

  @ServerMatrix
  void areWrittenInOrderWithPlainBytes(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(
        LINE,
        (s, line, text) -> {
          for (int i = 0; i < 3; i++) {
            line.reply("line " + i);
            s.send(line.fd(), "bytes " + i + "\n");
          }
          s.close(line.fd());
        });

    try (RunningServer running = RunningServer.start(server)) {
      try (RawClient client = running.client()) {
        String all = client.send("go\n").readUntil("bytes 2\n");
        assertThat(all).isEqualTo("line 0\nbytes 0\nline 1\nbytes 1\nline 2\nbytes 2\n");
        client.expectEof();
      }
    }
  }

  @ServerMatrix
  void areRefusedAndReleasedWhenTooMuchWaitsForClient(ServerVariant variant) throws Exception {
    CompletableFuture<ByteBuf> refused = new CompletableFuture<>();
    Server server = lineServer(variant).set("socket_buffer_size", "64K");
    server.on(
        LINE,
        (s, line, text) -> {
          ByteBuf chunk = Unpooled.directBuffer(32 * 1024).writeZero(32 * 1024);
          while (line.session().write(chunk, chunk.readableBytes())) {
            chunk = Unpooled.directBuffer(32 * 1024).writeZero(32 * 1024);
          }
          refused.complete(chunk);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(4096));
      client.send("fill\n");
      assertThat(refused.get(30, TimeUnit.SECONDS).refCnt()).isZero();
      assertThat(server.getClientInfo(1).orElseThrow().sendQueuedBytes())
          .isLessThanOrEqualTo(64L * 1024);
    }
  }

  @ServerMatrix
  void closeConnectionWhenTheyCannotBeEncoded(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(LINE, (s, line, text) -> line.session().write(new Object(), 1));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close"));

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      running.client().send("go\n").expectClosed();
      journal.waitFor("close");
      log.awaitContains(Level.WARN, "its pipeline failed");
    }
  }

  @ServerMatrix
  void countAsTraffic(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(LINE, (s, line, text) -> line.reply(text));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("four\nincomplete").readUntil("\n")).isEqualTo("four\n");
      await().until(() -> server.stats().get("request_count").equals(1L));
      await().until(() -> server.stats().get("total_recv_bytes").equals(15L));
      await().until(() -> server.stats().get("total_send_bytes").equals(5L));
      assertThat(server.stats())
          .containsEntry("dispatch_count", 1L)
          .containsEntry("response_count", 1L);
      double first = server.getClientInfo(1).orElseThrow().lastRecvTime();
      await()
          .until(
              () -> {
                client.send("more");
                return server.getClientInfo(1).orElseThrow().lastRecvTime() > first;
              });
    }
  }
}
