// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.head;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.http.HttpEvent;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a WebSocket connection has of a server's parts, and what its calls answer. */
class ServerPartsTest {
  private static ServerVariant variant(ServerMode mode) {
    return new ServerVariant(mode, "nio");
  }

  private static Object status(Server server, long fd) {
    return server.getClientInfo(fd).orElseThrow().asMap().get("websocket_status");
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void tellsHowFarEachConnectionIs(ServerMode mode) {
    List<Object> seen = new CopyOnWriteArrayList<>();
    WebSocketServer server =
        server(
            variant(mode),
            (ws, frame) -> {
              seen.add(status(ws.server(), frame.fd()));
              ws.push(frame.fd(), new CloseFrame(1000, "bye"));
              seen.add(status(ws.server(), frame.fd()));
              seen.add(ws.isEstablished(frame.fd()));
            });
    server.on(
        WebSocketEvent.BEFORE_HANDSHAKE_RESPONSE,
        (ws, request, response) -> {
          seen.add(status(ws.server(), request.fd()));
          seen.add(ws.push(request.fd(), "too early"));
          seen.add(ws.server().getLastError());
        });
    server.on(WebSocketEvent.OPEN, (ws, request) -> seen.add(status(server, request.fd())));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      await().until(() -> !server.getClientList().isEmpty());
      seen.add(status(server, server.getClientList().get(0)));
      client.send(request(""));
      assertThat(head(client)).containsEntry("", "101");
      client.send(text("hello"));
      assertThat(((CloseFrame) WebSocketFixture.read(client)).reason()).isEqualTo("bye");

      await().untilAsserted(() -> assertThat(seen).hasSize(8));
      assertThat(seen).containsExactly(1, 2, false, 8503, 3, 3, 4, false);
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void tellsWhyNothingIsSent(ServerMode mode) {
    WebSocketServer server = echo(variant(mode));
    server.set(Settings.BUFFER_OUTPUT_SIZE, 128 * 1024);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end("plain"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient plain = running.client();
      plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(plain)).containsEntry("", "200");
      plain.readText(5);
      long http = server.getClientList().get(0);
      assertThat(server.disconnect(http)).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.WEBSOCKET_UNCONNECTED.code());
      plain.send(request(""));
      assertThat(head(plain)).containsEntry("", "101");
      long fd = http;

      assertThat(server.push(fd, new byte[128 * 1024 + 1], Opcode.BINARY)).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.OUTPUT_TOO_LARGE.code());
      for (byte[] closing :
          List.of(
              Frames.closing(999, new byte[0]),
              Frames.closing(1006, new byte[0]),
              Frames.closing(1000, new byte[] {(byte) 0xff}),
              new byte[1])) {
        assertThat(server.push(fd, closing, Opcode.CLOSE)).isFalse();
        assertThat(server.getLastError()).isEqualTo(ErrorCode.WEBSOCKET_PACK_FAILED.code());
      }
      Set<FrameFlag> reserved = Set.of(FrameFlag.FIN, FrameFlag.RSV2);
      assertThat(server.push(fd, new byte[1], Opcode.BINARY, reserved)).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.WEBSOCKET_PACK_FAILED.code());
      for (int code : new int[] {-1, 0, 999, 1001, 1005, 3000, 3999, 5000, 66_536}) {
        assertThat(server.disconnect(fd, code, "")).as("%s", code).isFalse();
        assertThat(server.getLastError()).isEqualTo(ErrorCode.INVALID_PARAMS.code());
      }
      assertThat(server.disconnect(fd, 1000, "ü".repeat(62))).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.INVALID_PARAMS.code());
      assertThat(server.disconnect(999, 1000, "")).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.SESSION_NOT_EXIST.code());

      plain.send(text("none of it has harmed the connection"));
      assertThat(readText(plain)).startsWith("none");
      String reason = "ü".repeat(61) + "!";
      assertThat(server.disconnect(fd, 4999, reason)).isTrue();
      assertThat(((CloseFrame) WebSocketFixture.read(plain)).reason()).isEqualTo(reason);
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void pushesFromTasksTimersAndOtherWorkers(ServerMode mode) {
    WebSocketServer server =
        server(
            variant(mode),
            (ws, frame) -> {
              ws.server().task(frame.fd());
              ws.server().sendMessage(frame.fd(), 1 - ws.server().workerId());
              ws.server().after(1, () -> ws.push(frame.fd(), "timer"));
            });
    server.set(Settings.TASK_WORKER_NUM, 1);
    server.on(
        Event.TASK,
        (s, taskId, workerId, fd) -> {
          server.push((long) fd, "task");
          return fd;
        });
    server.on(Event.FINISH, (s, taskId, fd) -> server.push((long) fd, "finish"));
    server.on(Event.PIPE_MESSAGE, (s, workerId, fd) -> server.push((long) fd, "message"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("go"));

      List<String> got =
          List.of(readText(client), readText(client), readText(client), readText(client));
      assertThat(got).containsExactlyInAnyOrder("task", "finish", "message", "timer");
      assertThat(got.indexOf("task")).isLessThan(got.indexOf("finish"));
    }
  }

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  void tellsWhenOutputIsFullAndEmptyAgain(ServerMode mode) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = echo(variant(mode));
    server.set(Settings.SOCKET_BUFFER_SIZE, 256 * 1024);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    server.on(Event.BUFFER_FULL, (s, fd) -> journal.add("full"));
    server.on(Event.BUFFER_EMPTY, (s, fd) -> journal.add("empty"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(32 * 1024));
      client.send(request(""));
      assertThat(head(client)).containsEntry("", "101");
      long fd = server.getClientList().get(0);
      int accepted = 0;
      while (server.push(fd, "x".repeat(16_000).getBytes(UTF_8))) {
        accepted++;
      }
      await().until(() -> journal.contains("full"));
      for (int i = 0; i < accepted; i++) {
        readText(client);
      }
      await().until(() -> journal.contains("empty"));
      assertThat(journal.get(0)).isEqualTo("full");
    }
  }
}
