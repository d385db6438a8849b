// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.expectClose;
import static io.swoole4j.websocket.WebSocketFixture.joined;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Clients that are silent are asked, and given up when they stay so. */
class SilenceTest {
  @ServerMatrix
  void pingsSilentClientsAndGivesUpThoseThatDoNotAnswer(ServerVariant variant) {
    WebSocketServer server = echo(variant);
    server.set(WebSocketSettings.WEBSOCKET_PING_INTERVAL, 0.1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      assertThat(read(client).opcode()).isEqualTo(Opcode.PING);
      Frame frame = read(client);
      while (frame.opcode() == Opcode.PING) {
        frame = read(client);
      }
      assertThat(((CloseFrame) frame).code()).isEqualTo(1001);
      client.expectClosed();
    }
  }

  @Test
  void givesUpClientsThatAreIdle() {
    WebSocketServer server = echo(new ServerVariant(ServerMode.PROCESS, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_IDLE_TIMEOUT, 0.1);
    try (RunningServer running = RunningServer.start(server)) {
      expectClose(open(running), 1001);
    }
  }

  @Test
  void doesNotTakeForSilenceWhatItDoesNotRead() {
    AtomicLong waiting = new AtomicLong();
    // The worker is the event loop, which looks for silence only when the handler has returned.
    WebSocketServer server = echo(new ServerVariant(ServerMode.BASE, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_IDLE_TIMEOUT, 0.2);
    server.on(
        WebSocketEvent.OPEN,
        (ws, request) -> {
          if (waiting.compareAndSet(0, request.fd())) {
            ws.server().pause(request.fd());
          }
        });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient paused = open(running);
      await().until(() -> waiting.get() != 0);
      long fd = waiting.get();
      paused.send(text("waits"));

      RawClient silent = open(running);
      expectClose(silent, 1001);
      expectClose(open(running), 1001);
      assertThat(server.exist(fd)).isTrue();

      assertThat(server.resume(fd)).isTrue();
      assertThat(readText(paused)).isEqualTo("waits");
      expectClose(paused, 1001);
    }
  }

  @ServerMatrix
  void givesUpClientsThatDoNotEndAMessage(ServerVariant variant) {
    WebSocketServer server = echo(variant);
    server.set(WebSocketSettings.WEBSOCKET_MESSAGE_TIMEOUT, 0.3);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient idle = open(running);
      idle.send(text("whole"));
      assertThat(readText(idle)).isEqualTo("whole");

      RawClient header = open(running);
      header.send(new byte[] {(byte) 0x81});
      RawClient payload = open(running);
      payload.send(Arrays.copyOf(text("never there"), 9));
      RawClient parts = open(running);
      // Both at once, as the first one's time begins when it arrives.
      parts.send(
          joined(
              Frames.masked(1, false, 0, new byte[] {'a'}),
              Frames.masked(9, true, 0, new byte[] {'p'})));
      assertThat(read(parts).opcode()).isEqualTo(Opcode.PONG);

      expectClose(header, 1008);
      expectClose(payload, 1008);
      expectClose(parts, 1008);
      idle.send(text("still there"));
      assertThat(readText(idle)).isEqualTo("still there");
    }
  }

  @Test
  void grantsASecondForEachKibOfAMessage() {
    WebSocketServer server = echo(new ServerVariant(ServerMode.BASE, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_MESSAGE_TIMEOUT, 0.1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient large = open(running);
      large.send(Frames.masked(2, false, 0, new byte[64 * 1024]));
      RawClient small = open(running);
      small.send(Frames.masked(2, false, 0, new byte[1]));
      expectClose(small, 1008);
      large.send(Frames.masked(0, true, 0, new byte[1]));
      assertThat(read(large).data()).hasSize(64 * 1024 + 1);
    }
  }

  @Test
  void closesConnectionsThatAskForNothing() {
    WebSocketServer server = echo(new ServerVariant(ServerMode.BASE, "nio"));
    server.set(HttpSettings.HTTP_HEADER_TIMEOUT, 0.1);
    try (RunningServer running = RunningServer.start(server)) {
      running.client().expectClosed();
      RawClient dripping = running.client();
      dripping.send("GET / HTTP/1.1\r\nUpgr");
      dripping.expectClosed();
    }
  }
}
