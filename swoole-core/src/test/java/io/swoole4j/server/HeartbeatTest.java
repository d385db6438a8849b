// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.net.Connection;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

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

  /** A client that has been answered, and when that began. */
  private record Spoken(RawClient client, long fd, long at) {}

  /** Another one where the machine stood still for so long that the first was closed for it. */
  private static Spoken spoken(RunningServer running, BlockingQueue<Long> connected)
      throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      RawClient client = running.client();
      long fd = Traffic.take(connected);
      long at = System.nanoTime();
      if (isAnswered(client)) {
        return new Spoken(client, fd, at);
      }
    }
    throw new AssertionError("clients: none of ten was answered (expected: the first)");
  }

  private static boolean isAnswered(RawClient client) {
    try {
      return client.send("x").readText(1).equals("x");
    } catch (AssertionError | UncheckedIOException e) {
      return false;
    }
  }

  /** The same, exempt from the heartbeat. */
  private static Spoken guarded(RunningServer running, BlockingQueue<Long> connected)
      throws InterruptedException {
    Spoken spoken = spoken(running, connected);
    // What is answered behind that was not closed before it.
    while (!running.server().protect(spoken.fd()) || !isAnswered(spoken.client())) {
      spoken = spoken(running, connected);
    }
    return spoken;
  }

  /** A client that moves something again and again. */
  private static final class Moving {
    private final Duration idleTime;
    private final Runnable exchange;
    private long last;
    private long beforeLast;
    private boolean stoodStill;
    private boolean alive = true;

    Moving(Duration idleTime, long since, Runnable exchange) {
      this.idleTime = idleTime;
      this.exchange = exchange;
      this.last = since;
      this.beforeLast = since;
    }

    /**
     * False once it has been closed: rightly so where the machine has stood still for the idle
     * time, and a failure otherwise.
     */
    boolean move() {
      if (!alive) {
        return false;
      }
      long begin = System.nanoTime();
      try {
        exchange.run();
      } catch (AssertionError | UncheckedIOException e) {
        if (!stoodStill && since(beforeLast).compareTo(idleTime) < 0) {
          throw e;
        }
        alive = false;
      }
      stoodStill |= since(beforeLast).compareTo(idleTime) >= 0;
      beforeLast = last;
      last = begin;
      return alive;
    }
  }

  @ServerMatrix
  void closesClientThatIsSilentForTheIdleTimeAndNotBefore(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed);
    server.set(Map.of("heartbeat_check_interval", 1, "heartbeat_idle_time", 2));
    BlockingQueue<Long> connected = connects(server);

    try (RunningServer running = RunningServer.start(server)) {
      Spoken silent = spoken(running, connected);
      Spoken active = spoken(running, connected);
      Moving moving =
          new Moving(
              Duration.ofMillis(1900), active.at(), () -> active.client().send("!").readExactly(1));
      Closed event = null;
      while (event == null || event.fd() != silent.fd()) {
        moving.move();
        event = closed.poll(100, TimeUnit.MILLISECONDS);
      }

      assertThat(since(silent.at())).isGreaterThan(Duration.ofMillis(1900));
      assertThat(event.reactorId()).isNotNegative();
      silent.client().expectEof();
      assertThat(server.send(silent.fd(), "x")).isFalse();
      moving.move();
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
        RawClient first = RawClient.connect(running.port());
        RawClient second = RawClient.connect(inheriting.port());
        RawClient third = RawClient.connect(slower.port());
        RawClient fourth = RawClient.connect(patient.port());
        RawClient fifth = RawClient.connect(never.port())) {
      first.expectEof();
      second.expectEof();
      assertThat(since(begin)).isGreaterThan(Duration.ofMillis(900));
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
      long connected = System.nanoTime();
      for (int i = 0; i < 4; i++) {
        clients.add(running.client());
        clients.get(i).send("?").readExactly(1);
      }
      expectSilent(server.heartbeat(false), List.of(), List.of(1L, 2L, 3L, 4L), connected);
      assertThat(server.protect(3)).isTrue();
      clients.get(0).expectNothing(Duration.ofMillis(2500));
      long spoken = System.nanoTime();
      clients.get(1).send("?").readExactly(1);

      expectSilent(server.heartbeat(false), List.of(1L, 4L), List.of(2L), spoken);
      assertThat(closed).isEmpty();
      spoken = System.nanoTime();
      clients.get(1).send("?").readExactly(1);
      expectSilent(server.heartbeat(), List.of(1L, 4L), List.of(2L), spoken);
      clients.get(0).expectEof();
      clients.get(3).expectEof();
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
      assertThat(server.heartbeat()).doesNotContain(1L, 3L, 4L);
      assertThat(clients.get(2).send("alive").readText(5)).isEqualTo("alive");
    }
  }

  /** Those that spoke at that time are silent as well where the machine has stood still since. */
  private static void expectSilent(
      List<Long> found, List<Long> silent, List<Long> spoke, long spokeAt) {
    Duration since = since(spokeAt);
    assertThat(found).containsAll(silent);
    if (since.compareTo(Duration.ofSeconds(2)) < 0) {
      assertThat(found).containsExactlyElementsOf(silent);
    }
    List<Long> possible = new ArrayList<>(silent);
    possible.addAll(spoke);
    assertThat(found).isSubsetOf(possible);
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
  void protectionIsGivenAndTakenBack(ServerVariant variant) throws Exception {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.HEARTBEAT_CHECK_INTERVAL, 1);

    BlockingQueue<Long> connected = connects(server);

    try (RunningServer running = RunningServer.start(server)) {
      Spoken guarded = guarded(running, connected);
      guarded.client().expectNothing(Duration.ofMillis(2500));

      assertThat(server.protect(guarded.fd(), false)).isTrue();
      guarded.client().expectEof();
      assertThat(server.protect(99)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void pausedConnectionHasNoHeartbeatUntilItIsReadAgain(ServerVariant variant) throws Exception {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.HEARTBEAT_CHECK_INTERVAL, 1);

    BlockingQueue<Long> connected = connects(server);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      long fd = Traffic.take(connected);
      // On a busy machine it may have been silent for a second by now.
      while (!isPaused(server, fd)) {
        client = running.client();
        fd = Traffic.take(connected);
      }
      client.send("waits");
      client.expectNothing(Duration.ofMillis(2500));

      assertThat(server.resume(fd)).isTrue();
      assertThat(client.readText(5)).isEqualTo("waits");
      client.expectEof();
    }
  }

  /** The sessions of connections, in the order in which they begin. */
  private static BlockingQueue<Long> connects(Server server) {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected.add(fd));
    return connected;
  }

  /** Pauses a connection; false if it has ended meanwhile. */
  private static boolean isPaused(Server server, long fd) {
    Connection connection = server.engine().registry().find(fd);
    if (connection == null || !server.pause(fd)) {
      return false;
    }
    Traffic.until(() -> !connection.channel().config().isAutoRead() || !connection.isOpen());
    return connection.isOpen();
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
          release.await(30, TimeUnit.SECONDS);
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("one\ntwo\n");
      Traffic.until(() -> server.stats().get("dispatch_count").equals(2L));
      client.expectNothing(Duration.ofMillis(1200));
      Traffic.until(() -> server.heartbeat().contains(1L));
      client.expectNothing(Duration.ofMillis(100));
      release.countDown();

      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("one\ntwo\n");
      assertThat(Traffic.take(closed).reactorId()).isNotNegative();
    }
  }

  @ServerMatrix
  void endsClosedConnectionWhoseClientSleeps(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed);
    server.set(Map.of("heartbeat_check_interval", 1, "heartbeat_idle_time", 1));
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, new byte[2048 * KIB]);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client;
      do {
        client = running.client(running.clientOptions().receiveBuffer(16 * KIB));
        client.sendIfOpen("?");
        // By the heartbeat where the machine stood still before it could ask.
      } while (Traffic.take(closed).reactorId() >= 0);

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
    Set<Long> asked = ConcurrentHashMap.newKeySet();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          asked.add(fd);
          s.send(fd, new byte[4096 * KIB]);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client;
      long begin;
      Closed event;
      do {
        client = running.client(running.clientOptions().receiveBuffer(16 * KIB));
        begin = System.nanoTime();
        client.sendIfOpen("?");
        event = Traffic.take(closed);
        // Not where the machine stood still before it could ask.
      } while (!asked.contains(event.fd()));
      assertThat(since(begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
      assertThat(event.reactorId()).isNotNegative();
      assertThat(client.readUntilEof().length).isGreaterThan(8 * KIB);
    }
  }

  @ServerMatrix
  void dropsIdleConnectionsButNoneThatMoveOrAreProtected(ServerVariant variant) throws Exception {
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, closed).set(Settings.MAX_IDLE_TIME, 2.0);
    BlockingQueue<Long> connected = connects(server);
    Duration idleTime = Duration.ofMillis(1900);

    try (RunningServer running = RunningServer.start(server)) {
      Spoken active = spoken(running, connected);
      Moving speaking =
          new Moving(idleTime, active.at(), () -> active.client().send("!").readExactly(1));
      Spoken listener = spoken(running, connected);
      Moving listening =
          new Moving(
              idleTime,
              listener.at(),
              () -> {
                assertThat(server.send(listener.fd(), "news")).isTrue();
                assertThat(listener.client().readText(4)).isEqualTo("news");
              });
      Spoken guarded = guarded(running, connected);
      Spoken idle = spoken(running, connected);
      List<Long> ended = new ArrayList<>();
      while (!ended.contains(idle.fd())) {
        speaking.move();
        listening.move();
        Closed event = closed.poll(100, TimeUnit.MILLISECONDS);
        if (event != null) {
          ended.add(event.fd());
        }
      }

      idle.client().expectEof();
      // As long again, so that nobody else was only late.
      guarded.client().expectNothing(Duration.ofMillis(500));
      assertThat(ended).doesNotContain(guarded.fd());
      assertThat(guarded.client().send("on").readText(2)).isEqualTo("on");
    }
  }

  @ServerMatrix
  void slowReaderThatGetsOnIsNotDropped(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.MAX_IDLE_TIME, 2.0);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[1024 * KIB]));

    try (RunningServer running = RunningServer.start(server)) {
      long begin = System.nanoTime();
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.sendIfOpen("?");
      Moving reading =
          new Moving(Duration.ofMillis(1900), begin, () -> client.readExactly(20 * KIB));
      // All but the last piece: for longer than the idle time first, then as fast as it can.
      for (int i = 0; i < 51 && reading.move(); i++) {
        if (i < 30) {
          Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        }
      }
    }
  }
}
