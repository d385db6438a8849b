// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class HeartbeatTest {

  private static final int KIB = 1024;

  /** What a close event was told. */
  private record Closed(long fd, int reactorId) {}

  private static Server server(ServerVariant variant, BlockingQueue<Closed> closed) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.CLOSE, (s, fd, reactorId) -> closed.add(new Closed(fd, reactorId)));
    return server;
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @ServerMatrix
  void closesClientThatIsSilentForTheIdleTimeAndNotBefore(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed);
    server.set(Map.of("heartbeat_check_interval", 1, "heartbeat_idle_time", 2));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient silent = running.client();
      RawClient active = running.client();
      silent.send("?").readExactly(1);
      long begin = System.nanoTime();
      while (since(begin).toMillis() < 1400) {
        active.send("!").readExactly(1);
        silent.expectNothing(Duration.ofMillis(100));
      }

      silent.expectEof();
      assertThat(since(begin)).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(8));
      Closed event = Traffic.take(closed);
      assertThat(event.fd()).isEqualTo(1);
      assertThat(event.reactorId()).isNotNegative();
      assertThat(server.send(1, "x")).isFalse();
      active.send("!").readExactly(1);
    }
  }

  @ServerMatrix(transports = "nio")
  void intervalAloneIsTheIdleTimeToo(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed).set(Settings.HEARTBEAT_CHECK_INTERVAL, 1);

    try (RunningServer running = RunningServer.start(server)) {
      long begin = System.nanoTime();
      running.client().expectEof();

      assertThat(since(begin)).isGreaterThan(Duration.ofMillis(900));
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
    }
  }

  @ServerMatrix(transports = "nio")
  void eachPortHasItsOwnIdleTimeOrThatOfThePrimary(ServerVariant variant) throws Exception {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Map.of("heartbeat_check_interval", 1, "heartbeat_idle_time", 1));
    ServerPort inheriting = server.addListener("127.0.0.1", 0, SocketType.TCP);
    ServerPort slower = server.addListener("127.0.0.1", 0, SocketType.TCP);
    slower.set(Settings.HEARTBEAT_IDLE_TIME, 2);
    ServerPort patient = server.addListener("127.0.0.1", 0, SocketType.TCP);
    patient.set(Settings.HEARTBEAT_IDLE_TIME, 60);
    ServerPort never = server.addListener("127.0.0.1", 0, SocketType.TCP);
    never.set(Settings.HEARTBEAT_CHECK_INTERVAL, 0);

    // Before anything that is waited for begins: these are lower bounds.
    long begin = System.nanoTime();
    try (RunningServer running = RunningServer.start(server);
        RawClient activeAtFirst = RawClient.connect(running.port());
        RawClient activeAtSecond = RawClient.connect(inheriting.port());
        RawClient first = RawClient.connect(running.port());
        RawClient second = RawClient.connect(inheriting.port());
        RawClient third = RawClient.connect(slower.port());
        RawClient fourth = RawClient.connect(patient.port());
        RawClient fifth = RawClient.connect(never.port())) {
      long last = begin;
      long connected = System.nanoTime();
      while (since(connected).toMillis() < 600) {
        last = System.nanoTime();
        activeAtFirst.send("!").readExactly(1);
        activeAtSecond.send("!").readExactly(1);
        first.expectNothing(Duration.ofMillis(150));
      }
      first.expectEof();
      second.expectEof();
      assertThat(since(begin)).isGreaterThan(Duration.ofMillis(900));
      activeAtFirst.expectEof();
      activeAtSecond.expectEof();
      assertThat(since(last)).isGreaterThan(Duration.ofMillis(750));
      third.expectEof();
      assertThat(since(begin)).isGreaterThan(Duration.ofMillis(1900));

      assertThat(fourth.send("alive").readText(5)).isEqualTo("alive");
      assertThat(fifth.send("alive").readText(5)).isEqualTo("alive");
    }
  }

  @ServerMatrix(transports = "nio")
  void idleTimeAloneClosesNobodyButServesTheMethod(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed).set(Settings.HEARTBEAT_IDLE_TIME, 2);

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(running.client());
        clients.get(i).send("?").readExactly(1);
      }
      assertThat(server.heartbeat(true)).isEmpty();
      assertThat(server.protect(3)).isTrue();
      clients.get(0).expectNothing(Duration.ofMillis(2500));
      clients.get(1).send("?").readExactly(1);

      assertThat(server.heartbeat(false)).containsExactly(1L, 4L);
      assertThat(closed).isEmpty();
      assertThat(server.heartbeat()).containsExactly(1L, 4L);
      clients.get(0).expectEof();
      clients.get(3).expectEof();
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
      assertThat(server.heartbeat()).isEmpty();
      assertThat(clients.get(2).send("alive").readText(5)).isEqualTo("alive");
    }
  }

  @ServerMatrix
  void methodRefusesToAnswerWithoutIdleTime(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    assertThat(server.heartbeat()).isEmpty();

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("?").readExactly(1);

      assertThat(server.heartbeat()).isEmpty();
      assertThat(server.getLastError()).isEqualTo(509);
    }
  }

  @ServerMatrix(transports = "nio")
  void protectionIsGivenAndTakenBack(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.HEARTBEAT_CHECK_INTERVAL, 1);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("?").readExactly(1);
      assertThat(server.protect(1)).isTrue();
      client.expectNothing(Duration.ofMillis(2500));

      assertThat(server.protect(1, false)).isTrue();
      client.expectEof();
      assertThat(server.protect(99)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void pausedConnectionHasNoHeartbeatUntilItIsReadAgain(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.HEARTBEAT_CHECK_INTERVAL, 1);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("?").readExactly(1);
      assertThat(server.pause(1)).isTrue();
      Traffic.until(() -> !server.engine().registry().find(1).channel().config().isAutoRead());
      client.send("waits");
      client.expectNothing(Duration.ofMillis(2500));

      assertThat(server.resume(1)).isTrue();
      assertThat(client.readText(5)).isEqualTo("waits");
      client.expectEof();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void packetsThatWaitAreAnsweredBeforeTheEnd(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    CountDownLatch release = new CountDownLatch(1);
    Server server = Lines.framed(server(variant, closed));
    server.set(Settings.HEARTBEAT_IDLE_TIME, 1).set(Settings.WORKER_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          release.await(10, TimeUnit.SECONDS);
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("one\ntwo\n");
      client.expectNothing(Duration.ofMillis(1200));
      Traffic.until(() -> server.heartbeat().contains(1L));
      client.expectNothing(Duration.ofMillis(100));
      release.countDown();

      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("one\ntwo\n");
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
    }
  }

  @ServerMatrix
  void endsClosedConnectionWhoseClientSleeps(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Map.of("heartbeat_check_interval", 1, "heartbeat_idle_time", 1));
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, new byte[2048 * KIB]);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * KIB));
      client.send("?");
      Traffic.until(() -> server.engine().registry().channels() == 1);

      Traffic.untilNothingIsLeft(server);
      assertThat(client.readUntilEof().length).isBetween(8 * KIB, 2047 * KIB);
    }
  }

  @ServerMatrix
  void dropsClientThatTakesNothingForMaxIdleTime(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed).set(Settings.MAX_IDLE_TIME, 1.0);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.set(Settings.BUFFER_OUTPUT_SIZE, 8192 * KIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[4096 * KIB]));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * KIB));
      long begin = System.nanoTime();
      client.send("?");

      Closed event = Traffic.take(closed);
      assertThat(since(begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
      assertThat(event.reactorId()).isNotNegative();
      assertThat(client.readUntilEof().length).isGreaterThan(8 * KIB);
    }
  }

  @ServerMatrix
  void dropsIdleConnectionsButNoneThatMoveOrAreProtected(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed).set(Settings.MAX_IDLE_TIME, 2.0);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient active = running.client();
      active.send("?").readExactly(1);
      RawClient listening = running.client();
      listening.send("?").readExactly(1);
      RawClient guarded = running.client();
      guarded.send("?").readExactly(1);
      assertThat(server.protect(3)).isTrue();
      RawClient idle = running.client();
      for (int i = 0; i < 25; i++) {
        active.send("!").readExactly(1);
        assertThat(server.send(2, "news")).isTrue();
        assertThat(listening.readText(4)).isEqualTo("news");
        guarded.expectNothing(Duration.ofMillis(100));
      }

      idle.expectEof();
      assertThat(Traffic.take(closed).fd()).isEqualTo(4);
      assertThat(closed).isEmpty();
    }
  }

  @ServerMatrix
  void slowReaderThatGetsOnIsNotDropped(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.MAX_IDLE_TIME, 2.0);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> s.send(fd, data[0] == '?' ? new byte[1024 * KIB] : data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?");
      RawClient pace = running.client();
      for (int i = 0; i < 30; i++) {
        client.readExactly(20 * KIB);
        pace.expectNothing(Duration.ofMillis(100));
        pace.send("!").readExactly(1);
      }
      client.readExactly((1024 - 30 * 20) * KIB);
    }
  }
}
