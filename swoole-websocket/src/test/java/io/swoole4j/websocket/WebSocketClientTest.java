// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The client of this library talks to its server. */
class WebSocketClientTest {
  private static final ServerVariant PROCESS = new ServerVariant(ServerMode.PROCESS, "nio");

  @ServerMatrix
  void exchangesMessagesOfEverySize(ServerVariant variant) throws IOException {
    WebSocketServer server = echo(variant);
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    try (RunningServer running = RunningServer.start(server);
        WebSocketClient client = new WebSocketClient("127.0.0.1", running.port())) {
      assertThat(client.compression(true).upgrade("/chat?a=b")).isTrue();
      assertThat(client.statusCode()).isEqualTo(101);
      for (int size : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000}) {
        String text = "ü".repeat(size / 2);
        assertThat(client.push(text)).isTrue();
        assertThat(client.recv().map(Frame::text)).contains(text);
        byte[] data = new byte[size];
        client.push(new Frame(data, Opcode.BINARY, Set.of(FrameFlag.FIN, FrameFlag.COMPRESS)));
        Frame frame = client.recv().orElseThrow();
        assertThat(frame.data()).isEqualTo(data);
        assertThat(frame.opcode()).isEqualTo(Opcode.BINARY);
      }
    }
  }

  @Test
  void sendsPartsAndAnswersPings() throws IOException {
    WebSocketServer server = echo(PROCESS);
    server.set(WebSocketSettings.OPEN_WEBSOCKET_PONG_FRAME, true);
    server.on(WebSocketEvent.OPEN, (ws, request) -> ws.ping(request.fd(), "there?"));
    server.on(
        WebSocketEvent.MESSAGE,
        (ws, frame) -> ws.push(frame.fd(), frame.opcode() + " " + frame.text()));
    try (RunningServer running = RunningServer.start(server);
        WebSocketClient client = new WebSocketClient("127.0.0.1", running.port())) {
      client.upgrade("/");
      assertThat(client.recv().map(Frame::text)).contains("PONG there?");
      client.push(new Frame("one ".getBytes(UTF_8), Opcode.TEXT, Set.of()));
      client.push(new Frame("two".getBytes(UTF_8), Opcode.CONTINUATION));
      assertThat(client.recv().map(Frame::text)).contains("TEXT one two");
      assertThat(client.recv(Duration.ofMillis(20))).isEmpty();
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void tellsOfTheServersCloseFrame() throws IOException {
    WebSocketServer server = echo(PROCESS);
    server.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.disconnect(frame.fd(), 4001, "enough"));
    try (RunningServer running = RunningServer.start(server);
        WebSocketClient client = new WebSocketClient("127.0.0.1", running.port())) {
      client.upgrade("/");
      client.push("go");
      CloseFrame frame = (CloseFrame) client.recv().orElseThrow();
      assertThat(frame.code()).isEqualTo(4001);
      assertThat(frame.reason()).isEqualTo("enough");
      assertThat(client.isConnected()).isFalse();
      assertThat(client.recv()).isEmpty();
      assertThat(client.push("late")).isFalse();
      assertThatIllegalStateException().isThrownBy(() -> client.upgrade("/"));
    }
  }

  @Test
  void tellsOfARefusal() throws IOException {
    WebSocketServer server = echo(PROCESS);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end());
    server.on(
        WebSocketEvent.BEFORE_HANDSHAKE_RESPONSE,
        (ws, request, response) -> {
          response.status(403);
          response.end();
        });
    try (RunningServer running = RunningServer.start(server);
        WebSocketClient client = new WebSocketClient("127.0.0.1", running.port())) {
      assertThat(client.upgrade("/")).isFalse();
      assertThat(client.statusCode()).isEqualTo(403);
      assertThat(client.headers()).containsEntry("content-length", "0");
    }
  }
}
