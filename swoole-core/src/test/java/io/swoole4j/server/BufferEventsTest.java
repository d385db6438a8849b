// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

class BufferEventsTest {

  private static final int KIB = 1024;

  private static Server server(ServerVariant variant, BlockingQueue<String> events) {
    Server server = variant.newServer();
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.set(Settings.SOCKET_BUFFER_SIZE, 1024 * KIB);
    server.on(Event.BUFFER_FULL, (s, fd) -> events.add("full " + fd));
    server.on(Event.BUFFER_EMPTY, (s, fd) -> events.add("empty " + fd));
    return server;
  }

  private static RawClient slow(RunningServer running) {
    return running.client(running.clientOptions().receiveBuffer(8 * KIB));
  }

  @ServerMatrix
  void tellsOnceThatOutputIsFullAndOnceThatItIsEmpty(ServerVariant variant) throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Server server = server(variant, events);
    server.set(Settings.BUFFER_HIGH_WATERMARK, 500 * KIB);
    server.set(Settings.BUFFER_LOW_WATERMARK, 100 * KIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < 9; i++) {
            s.send(fd, new byte[100 * KIB]);
          }
          events.add("sent");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      for (int round = 0; round < 3; round++) {
        client.send("?");
        assertThat(Traffic.take(events)).isEqualTo("sent");
        assertThat(Traffic.take(events)).isEqualTo("full 1");
        client.readExactly(200 * KIB);
        assertThat(events).isEmpty();
        client.readExactly(700 * KIB);
        assertThat(Traffic.take(events)).isEqualTo("empty 1");
      }
    }
  }

  @ServerMatrix
  void letsSenderGoOnWhereItStopped(ServerVariant variant) {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    AtomicInteger left = new AtomicInteger(80);
    byte[] message = Traffic.letters(100 * KIB);
    Server server = server(variant, events);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> push(s, fd, message, left));
    server.on(Event.BUFFER_EMPTY, (s, fd) -> push(s, fd, message, left));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running).send("?");

      for (int i = 0; i < 80; i++) {
        assertThat(client.readExactly(message.length)).isEqualTo(message);
      }
      assertThat(events).contains("full 1");
    }
  }

  private static void push(Server server, long fd, byte[] message, AtomicInteger left) {
    while (left.get() > 0 && server.send(fd, message)) {
      left.decrementAndGet();
    }
  }

  @ServerMatrix
  void countsAsFullFromFourFifthsOfTheBufferUnlessSet(ServerVariant variant) throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Server server = server(variant, events);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[data.length * KIB]));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      client.send(new byte[700]).readExactly(700 * KIB);
      Traffic.until(() -> server.getClientInfo(1).orElseThrow().sendQueuedBytes() == 0);
      assertThat(events).isEmpty();

      client.send(new byte[820]);
      assertThat(Traffic.take(events)).isEqualTo("full 1");
      client.readExactly(820 * KIB);
      assertThat(Traffic.take(events)).isEqualTo("empty 1");
    }
  }

  @ServerMatrix
  void refusesWatermarksThatContradictEachOther(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.BUFFER_HIGH_WATERMARK, 1000).set(Settings.BUFFER_LOW_WATERMARK, 1000);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("buffer_low_watermark: 1000");
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areSuppressedWherePacketsAreSpread(ServerVariant variant) {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Server server = server(variant, events);
    server.set(Settings.DISPATCH_MODE, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, new byte[1000 * KIB]);
          s.send(fd, "end");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running).send("?");
      client.readExactly(1000 * KIB);
      assertThat(client.readText(3)).isEqualTo("end");
      assertThat(events).isEmpty();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areCalledThereWithEnableUnsafeEvent(ServerVariant variant) throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Server server = server(variant, events);
    server.set(Settings.DISPATCH_MODE, 1).set(Settings.ENABLE_UNSAFE_EVENT, true);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[1000 * KIB]));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running).send("?");
      assertThat(Traffic.take(events)).isEqualTo("full 1");
      client.readExactly(1000 * KIB);
      assertThat(Traffic.take(events)).isEqualTo("empty 1");
    }
  }

  private static byte[] message(int number) {
    byte[] message = new byte[256 * KIB];
    Arrays.fill(message, (byte) ('A' + number));
    return message;
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void sendWaitsForRoomWithSendYield(ServerVariant variant) throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Server server = server(variant, events).set(Settings.SEND_YIELD, true);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          for (int i = 0; i < 32; i++) {
            if (!s.send(fd, message(i))) {
              events.add("failed with " + s.getLastError());
              return;
            }
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(running.client());
      }
      for (RawClient client : clients) {
        for (int i = 0; i < 32; i++) {
          byte[] message = client.readExactly(256 * KIB);
          assertThat(Arrays.equals(message, message(i))).as("message %s", i).isTrue();
        }
      }
      assertThat(events).noneMatch(event -> event.startsWith("failed"));
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void waitOfSendYieldIsBounded(ServerVariant variant) {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    Server server = server(variant, events).set(Settings.SEND_YIELD, true);
    server.set(Settings.SEND_TIMEOUT, 0.2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          while (s.send(fd, new byte[400 * KIB])) {
            events.add("sent");
          }
          events.add("failed with " + s.getLastError());
        });

    try (RunningServer running = RunningServer.start(server)) {
      slow(running).send("?");
      Traffic.until(() -> events.contains("failed with 1008"));
    }
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void sendYieldIsRefusedInBaseMode(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>()).set(Settings.SEND_YIELD, true);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("send_yield");
  }
}
