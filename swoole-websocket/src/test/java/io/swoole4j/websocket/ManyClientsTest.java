// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.NettyMemory;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many clients at once each get their own answers, in order. */
class ManyClientsTest {
  private static final int CLIENTS = 24;
  private static final int ROUNDS = 8;
  private static final int LARGE = 100 * 1024;

  @ServerMatrix
  void getTwoAnswersToEachMessageInOrder(ServerVariant variant) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              ws.push(frame.fd(), "first " + frame.text());
              ws.push(frame.fd(), "second " + frame.text().length());
            });
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(open(running));
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
          clients.get(i).send(text(message(round, i)));
        }
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
          String message = message(round, i);
          assertThat(readText(clients.get(i))).isEqualTo("first " + message);
          assertThat(readText(clients.get(i))).isEqualTo("second " + message.length());
        }
      }
    }
  }

  /** Short for one half of the clients, 35 to 40 KB for the other. */
  private static String message(int round, int client) {
    String begin = client + " in " + round + " ";
    return client % 2 == 0 ? begin : begin + "x".repeat(35_000 + 100 * client);
  }

  @ServerMatrix(transports = "nio")
  void leaveNoMemoryBehindHoweverManyLargeFramesTheyGet(ServerVariant variant) {
    WebSocketServer server = server(variant, (ws, frame) -> {});
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(open(running));
      }
      List<Long> all = server.getClientList(0, CLIENTS);
      assertThat(all).hasSize(CLIENTS);
      getLargeFrames(server, all, clients);
      NettyMemory before = NettyMemory.snapshot();

      for (int round = 0; round < ROUNDS; round++) {
        getLargeFrames(server, all, clients);
      }

      assertThat(before.growthSince()).isLessThan((long) CLIENTS * ROUNDS * LARGE / 2);
      for (long fd : all) {
        await().until(() -> server.getClientInfo(fd).orElseThrow().sendQueuedBytes() == 0);
      }
    }
  }

  private static void getLargeFrames(
      WebSocketServer server, List<Long> all, List<RawClient> clients) {
    for (long fd : all) {
      assertThat(server.push(fd, new byte[LARGE], Opcode.BINARY)).isTrue();
    }
    for (RawClient client : clients) {
      assertThat(read(client).data()).hasSize(LARGE);
    }
  }

  @Test
  void areHandledAtTheSameTimeByDifferentWorkers() {
    CyclicBarrier together = new CyclicBarrier(2);
    WebSocketServer server =
        server(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (ws, frame) -> {
              together.await(30, TimeUnit.SECONDS);
              ws.push(frame.fd(), "met");
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient one = open(running);
      RawClient two = open(running);
      one.send(text("go"));
      two.send(text("go"));
      assertThat(readText(one)).isEqualTo("met");
      assertThat(readText(two)).isEqualTo("met");
    }
  }

  @Test
  void arePingedByTheServer() {
    WebSocketServer server =
        server(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (ws, frame) -> {
              ws.ping(frame.fd(), "Hello World");
              ws.ping(frame.fd());
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("go"));
      for (String payload : List.of("Hello World", "")) {
        Frame ping = read(client);
        assertThat(ping.opcode()).isEqualTo(Opcode.PING);
        assertThat(ping.text()).isEqualTo(payload);
      }
    }
  }
}
