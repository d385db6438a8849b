// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.socket.DuplexChannel;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Closing by the server: from where, what becomes of what was sent, and what clients see. */
class CloseTest {

  private static final int MIB = 1 << 20;

  private final Queue<String> events = new ConcurrentLinkedQueue<>();

  /** A server that notes connect and close, with the sign of the reactor's number. */
  private Server noting(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.CONNECT, (s, fd, reactorId) -> events.add("connect " + fd));
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> events.add("close " + fd + (reactorId < 0 ? " server" : " client")));
    return server;
  }

  private void awaitEvents(String... expected) {
    Traffic.until(() -> events.size() >= expected.length);
    assertThat(events).containsExactly(expected);
  }

  @ServerMatrix
  void runsCloseEventBeforeCloseReturnsOnTheConnectionsWorker(ServerVariant variant) {
    Server server = noting(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          events.add("before");
          events.add(Boolean.toString(s.close(fd)));
          events.add("again " + s.close(fd));
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("?").expectEof();

      awaitEvents("connect 1", "before", "close 1 server", "true", "again false");
    }
  }

  @ServerMatrix
  void closesInsideConnectEventWhileClientSends(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          events.add("connect");
          s.close(fd);
          events.add("closed");
        });
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> events.add("receive"));
    server.on(Event.CLOSE, (s, fd, reactorId) -> events.add("close " + reactorId));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("data that nobody reads");
      client.expectEof();
      client.close();

      Traffic.untilNothingIsLeft(server);
      assertThat(events).containsExactly("connect", "close -1", "closed");
    }
  }

  @ServerMatrix
  void closesFromThreadThatIsNoWorker(ServerVariant variant) throws Exception {
    Server server = noting(variant);
    AtomicReference<String> closer = new AtomicReference<>();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          closer.set(s.workerId() + " " + Thread.currentThread().getName());
          events.add("close " + fd + (reactorId < 0 ? " server" : " client"));
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("?").readExactly(1);
      Thread task = new Thread(() -> events.add("answer " + server.close(1)));
      task.start();
      task.join();

      client.expectEof();
      Traffic.until(() -> events.size() == 3);
      assertThat(closer.get()).contains("worker").doesNotStartWith("-1");
      assertThat(events).containsExactlyInAnyOrder("connect 1", "answer true", "close 1 server");
      assertThat(server.close(1)).isFalse();
      client.close();
      Traffic.untilNothingIsLeft(server);
    }
  }

  @ServerMatrix
  void closesFromWorkerThatDoesNotOwnTheConnection(ServerVariant variant) {
    Server server = noting(variant).set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data[0] == 'w') {
            s.send(fd, Integer.toString(s.workerId()));
          } else {
            s.send(fd, s.close(1) + " " + s.close(99_999) + " " + s.getLastError());
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient victim = running.client();
      String owner = victim.send("w").readText(1);
      RawClient other = null;
      for (int i = 0; i < 20 && other == null; i++) {
        RawClient candidate = running.client();
        other = candidate.send("w").readText(1).equals(owner) ? null : candidate;
      }

      assertThat(other).as("a client of another worker").isNotNull();
      assertThat(other.send("c").readText(15)).isEqualTo("true false 1005");
      victim.expectEof();
      Traffic.until(() -> events.contains("close 1 server"));
      assertThat(events.stream().filter(event -> event.startsWith("close"))).hasSize(1);
    }
  }

  @ServerMatrix
  void deliversAllThatWasSentBeforeCloseToClientThatReadsLate(ServerVariant variant) {
    byte[] reply = Arrays.copyOf(Traffic.letters(2 * MIB), 2 * MIB + 2);
    Server server = noting(variant);
    server.set(Settings.BUFFER_OUTPUT_SIZE, 4 * MIB).set(Settings.SOCKET_BUFFER_SIZE, 4 * MIB);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 128 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, reply);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(64 * 1024));
      client.send("?");
      awaitEvents("connect 1", "close 1 server");
      assertThat(Arrays.equals(client.readUntilEof(), reply)).isTrue();
      client.close();
      Traffic.untilNothingIsLeft(server);
    }
  }

  @ServerMatrix
  void deliversAllBeforeCloseAlthoughClientGoesOnSending(ServerVariant variant) {
    byte[] reply = Traffic.letters(512 * 1024);
    Server server = noting(variant);
    // The end of the reply is not even in the kernel before the client reads: until then no time
    // runs.
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.set(Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE, 64 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, reply);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client =
          running.client(running.clientOptions().receiveBuffer(16 * 1024).sendBuffer(64 * 1024));
      // More than the buffers in between hold: the server has to go on reading it.
      for (int i = 0; i < 16; i++) {
        client.send(new byte[256 * 1024]);
      }
      assertThat(Arrays.equals(client.readUntilEof(), reply)).isTrue();
      client.close();
      Traffic.untilNothingIsLeft(server);
      assertThat(events).containsExactly("connect 1", "close 1 server");
    }
  }

  @ServerMatrix
  void answersClientThatHalfClosesBeforeItEnds(ServerVariant variant) {
    byte[] reply = Traffic.letters(MIB);
    Server server = noting(variant).set(Settings.OPEN_EOF_SPLIT, true);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          assertThat(s.exist(fd)).isTrue();
          assertThat(s.send(fd, reply)).isTrue();
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(32 * 1024));
      client.send("one\r\n\r\n").shutdownOutput();
      assertThat(Arrays.equals(client.readUntilEof(), reply)).isTrue();
      Traffic.untilNothingIsLeft(server);
      assertThat(events).containsExactly("connect 1", "close 1 client");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void answersClientThatHalfClosesInModesThatSpreadPackets(ServerVariant variant) {
    for (int mode : new int[] {1, 3}) {
      Server server = variant.newServer();
      server.set(Settings.DISPATCH_MODE, mode).set(Settings.WORKER_NUM, 3);
      server.set(Settings.OPEN_EOF_SPLIT, true).set("package_eof", "\n");
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

      try (RunningServer running = RunningServer.start(server)) {
        int prompt = 0;
        for (int i = 0; prompt < 20 && i < 200; i++) {
          long begin = System.nanoTime();
          RawClient client = running.client();
          client.send("a\nb\nc\nd\ne\nf\n").shutdownOutput();
          String answers = new String(client.readUntilEof(), UTF_8);
          client.close();
          // What a busy machine leaves waiting for that long is late, and may be discarded.
          if (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(200)) {
            assertThat(answers.lines())
                .as("mode %d", mode)
                .containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f");
            prompt++;
          }
        }
        assumeTrue(prompt > 0, "no answer within 200 ms");
        Traffic.untilNothingIsLeft(server);
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void answersClientThatHasHalfClosedBeforeItsHandlerSends(ServerVariant variant) {
    byte[] reply = Traffic.letters(MIB);
    Server server = noting(variant).set(Settings.WORKER_NUM, 1).set(Settings.OPEN_EOF_SPLIT, true);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.set(Settings.SOCKET_BUFFER_SIZE, 4 * MIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          DuplexChannel channel = (DuplexChannel) server.engine().registry().find(fd).channel();
          Traffic.until(channel::isInputShutdown);
          assertThat(s.send(fd, reply)).isTrue();
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      client.send("1\r\n\r\n2\r\n\r\n").shutdownOutput();

      byte[] all = client.readUntilEof();
      assertThat(all).hasSize(2 * MIB);
      assertThat(Arrays.equals(all, 0, MIB, reply, 0, MIB)).isTrue();
      assertThat(Arrays.equals(all, MIB, 2 * MIB, reply, 0, MIB)).isTrue();
      Traffic.untilNothingIsLeft(server);
      assertThat(events).containsExactly("connect 1", "close 1 client");
    }
  }

  @ServerMatrix
  void resetsAndDropsWhatIsQueuedWhenAskedTo(ServerVariant variant) {
    Server server = noting(variant);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, new byte[MIB]);
          events.add("reset " + s.close(fd, true));
          events.add("again " + s.close(fd, true) + " " + s.send(fd, "x") + " " + s.getLastError());
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      client.send("?").expectReset();

      Traffic.untilNothingIsLeft(server);
      assertThat(events)
          .containsExactly("connect 1", "close 1 server", "reset true", "again false false 1001");
    }
  }

  @ServerMatrix
  void cutsCloseThatWaitsForSlowReaderShortByReset(ServerVariant variant) {
    Server server = noting(variant);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, new byte[MIB]);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      client.send("?");
      awaitEvents("connect 1", "close 1 server");
      assertThat(server.getClientInfo(1).orElseThrow().sendQueuedBytes()).isPositive();
      assertThat(server.stats()).containsEntry("connection_num", 1);

      assertThat(server.close(1, true)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1001);
      client.expectReset();
      Traffic.untilNothingIsLeft(server);
      assertThat(server.stats()).containsEntry("connection_num", 0);
      assertThat(events).hasSize(2);
    }
  }

  @ServerMatrix
  void firesCloseOnceWhenClientVanishesWhileReplyIsQueued(ServerVariant variant) {
    Server server = noting(variant);
    server.set(Settings.BUFFER_OUTPUT_SIZE, 16 * MIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[16 * MIB]));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      client.send("?").readExactly(1);
      client.close();

      Traffic.untilNothingIsLeft(server);
      assertThat(events).containsExactly("connect 1", "close 1 client");
    }
  }
}
