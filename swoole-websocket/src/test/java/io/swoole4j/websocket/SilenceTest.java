// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.expectClose;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
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
  void keepsClientsThatAnswer() {
    WebSocketServer server = echo(new ServerVariant(ServerMode.BASE, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_PING_INTERVAL, 0.4);
    // Shorter than the five pings take, and long enough for an answer on a busy machine.
    server.set(WebSocketSettings.WEBSOCKET_IDLE_TIMEOUT, 1.6);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      for (int i = 0; i < 5; i++) {
        assertThat(read(client).opcode()).isEqualTo(Opcode.PING);
        client.send(Frames.masked(10, true, 0, new byte[0]));
      }
      client.send(text("still there"));
      assertThat(readText(client)).isEqualTo("still there");
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
    WebSocketServer server = echo(new ServerVariant(ServerMode.PROCESS, "nio"));
    server.set(WebSocketSettings.WEBSOCKET_IDLE_TIMEOUT, 0.4);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient paused = open(running);
      long fd = server.getClientList().get(0);
      assertThat(server.pause(fd)).isTrue();
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
      parts.send(Frames.masked(1, false, 0, new byte[] {'a'}));
      parts.send(Frames.masked(9, true, 0, new byte[] {'p'}));
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
      large.send(Frames.masked(2, false, 0, new byte[16 * 1024]));
      RawClient small = open(running);
      small.send(Frames.masked(2, false, 0, new byte[1]));
      expectClose(small, 1008);
      large.send(Frames.masked(0, true, 0, new byte[1]));
      assertThat(read(large).data()).hasSize(16 * 1024 + 1);
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
