// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.event.Level;

/** Clients that reset, vanish, flood and break rules: the others and the server do not notice. */
class HostileClientTest {

  private static final int KIB = 1024;

  private final Map<Long, Integer> connects = new ConcurrentHashMap<>();
  private final Map<Long, Integer> closes = new ConcurrentHashMap<>();
  private final AtomicInteger receives = new AtomicInteger();

  /** A server of length-framed packets, each answered by a reply of 1 MiB. */
  private Server server(ServerVariant variant) {
    Server server = counting(variant.newServer());
    server.set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    byte[] reply = new byte[KIB * KIB];
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          receives.incrementAndGet();
          s.send(fd, reply);
        });
    return server;
  }

  private Server counting(Server server) {
    server.on(Event.CONNECT, (s, fd, reactorId) -> connects.merge(fd, 1, Integer::sum));
    server.on(Event.CLOSE, (s, fd, reactorId) -> closes.merge(fd, 1, Integer::sum));
    return server;
  }

  private void expectBalanced(Server server, int connections) {
    // Some may not even have been accepted when nothing is left of the others.
    Traffic.until(() -> closes.size() == connections);
    Traffic.untilNothingIsLeft(server);
    assertThat(connects).hasSize(connections).isEqualTo(closes);
    assertThat(closes.values()).containsOnly(1);
  }

  @ServerMatrix
  void firesConnectAndCloseOnceWhereverClientResets(ServerVariant variant) {
    byte[] packet = ByteBuffer.allocate(100).putInt(96).array();
    Server server = server(variant);

    try (LogCapture log = LogCapture.of("io");
        RunningServer running = RunningServer.start(server)) {
      for (int round = 0; round < 5; round++) {
        running.client().abort();
        RawClient inHeader = running.client().send(new byte[3]);
        inHeader.abort();
        RawClient inBody = running.client().send(ByteBuffer.allocate(50).putInt(96).array());
        inBody.abort();
        RawClient inReply = running.client(running.clientOptions().receiveBuffer(8 * KIB));
        inReply.send(packet).readExactly(1000);
        inReply.abort();
        running.client().send(packet).abort();
        RawClient halfClosed = running.client(running.clientOptions().receiveBuffer(8 * KIB));
        halfClosed.send(packet).shutdownOutput().readExactly(1000);
        halfClosed.abort();
        RawClient unread = running.client(running.clientOptions().receiveBuffer(8 * KIB));
        unread.send(packet).close();
      }

      expectBalanced(server, 35);
      assertThat(running.client().send(packet).readExactly(KIB * KIB)).hasSize(KIB * KIB);
      assertThat(log.messages(Level.WARN)).isEmpty();
      assertThat(log.messages(Level.ERROR)).isEmpty();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void noticesResetOfHalfClosedClientWhileItsWorkerIsBusy(ServerVariant variant) {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = counting(variant.newServer().set(Settings.WORKER_NUM, 1));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          entered.countDown();
          release.await(30, TimeUnit.SECONDS);
          s.send(fd, new byte[KIB * KIB]);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("?").shutdownOutput();
      Traffic.until(() -> entered.getCount() == 0);
      client.abort();
      release.countDown();

      expectBalanced(server, 1);
    }
  }

  @ServerMatrix
  void leavesNothingOfThousandsOfConnectionsThatComeAndGo(ServerVariant variant) {
    // 5,000 in each variant, 20,000 in all: more of them in one take longer and find the same.
    int rounds = 50;
    int chunk = 100;
    Server server = counting(variant.newServer());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      comeAndGo(running, chunk);
      expectBalanced(server, chunk);
      Descriptors before = Descriptors.snapshot();
      long memory = PlatformDependent.usedDirectMemory();
      for (int round = 1; round < rounds; round++) {
        comeAndGo(running, chunk);
      }

      expectBalanced(server, rounds * chunk);
      before.awaitNothingOpenedSince();
      assertThat(PlatformDependent.usedDirectMemory() - memory).isLessThan(16L * KIB * KIB);
      assertThat(server.stats())
          .containsEntry("accept_count", (long) rounds * chunk)
          .containsEntry("close_count", (long) rounds * chunk)
          .containsEntry("connection_num", 0);
    }
  }

  /** Not through the fixture, which would keep every client until the end. */
  private static void comeAndGo(RunningServer running, int clients) {
    List<RawClient> open = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      open.add(RawClient.connect(running.port()));
    }
    for (int i = 0; i < clients; i++) {
      RawClient client = open.get(i);
      switch (i % 4) {
        case 0 -> client.close();
        case 1 -> client.abort();
        case 2 -> client.send("x").close();
        default -> {
          client.send("x").shutdownOutput().readUntilEof();
          client.close();
        }
      }
    }
  }

  @ServerMatrix
  void goesOnWhenHandlersOfEveryEventThrow(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          throw new IllegalStateException("connect " + fd);
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, data);
          throw new IllegalStateException("receive " + fd);
        });
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          closes.merge(fd, 1, Integer::sum);
          throw new IllegalStateException("close " + fd);
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("one").readText(3)).isEqualTo("one");
      assertThat(client.send("two").readText(3)).isEqualTo("two");
      client.close();

      Traffic.untilNothingIsLeft(server);
      assertThat(closes).containsOnly(Map.entry(1L, 1));
      Traffic.until(() -> log.messages(Level.ERROR).size() >= 4);
      assertThat(log.messages(Level.ERROR)).hasSize(4).allMatch(line -> line.contains("fd 1"));
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
    }
  }

  @ServerMatrix
  void servesOthersWhileFloodedByRuleBreakers(ServerVariant variant) {
    Server server = server(variant).set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 0);
    byte[] packet = ByteBuffer.allocate(100).putInt(96).array();

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient good = running.client();
      for (int i = 0; i < 50; i++) {
        running.client().send(ByteBuffer.allocate(64 * KIB).putInt(-1 - i).array());
        if (i % 10 == 0) {
          assertThat(good.send(packet).readExactly(KIB * KIB)).hasSize(KIB * KIB);
        }
      }
      Traffic.until(() -> server.stats().get("abort_count").equals(50L));
      Traffic.until(() -> closes.size() == 50);
      assertThat(receives).hasValue(5);
      assertThat(log.messages(Level.ERROR)).isEmpty();
      // One line a second and cause, with a count.
      assertThat(log.messages(Level.WARN)).isNotEmpty().hasSizeLessThan(50);
    }
  }
}
