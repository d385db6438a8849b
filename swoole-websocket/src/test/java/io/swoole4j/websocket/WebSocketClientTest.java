// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  void takesNoAnswerThatDoesNotFitItsRequest() throws IOException {
    String plain =
        """
        Upgrade: WebSocket
        Connection: keep-alive
        Connection: x, upgrade
        Sec-WebSocket-Accept: KEY
        """;
    String chosen = plain + "Sec-WebSocket-Protocol: b\n";
    String deflate =
        plain + "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover";
    List<String> fitting =
        List.of(
            plain,
            chosen,
            deflate + "\n",
            deflate + "; server_max_window_bits=10; client_no_context_takeover\n");
    List<String> answers = new ArrayList<>(fitting);
    answers.addAll(
        List.of(
            plain.replace("WebSocket\nC", "h2c\nC"),
            plain.replace("x, upgrade", "close"),
            plain.replace("KEY", WebSocketFixture.KEY),
            plain + "Sec-WebSocket-Accept: KEY\n",
            plain + "Sec-WebSocket-Protocol: c\n",
            plain + "Sec-WebSocket-Protocol: a, b\n",
            plain + "Sec-WebSocket-Extensions: x-other\n",
            plain + "Sec-WebSocket-Extensions: permessage-deflate\n",
            deflate + "; client_max_window_bits=10\n",
            deflate + ", x-other\n"));
    try (RunningServer running = RunningServer.start(answering(answers))) {
      for (int i = 0; i < answers.size(); i++) {
        String path = "/" + i;
        try (WebSocketClient client = new WebSocketClient("127.0.0.1", running.port())) {
          client.compression(true).header("Sec-WebSocket-Protocol", "a, b");
          if (i < fitting.size()) {
            assertThat(client.upgrade(path)).as(answers.get(i)).isTrue();
            assertThat(client.headers()).containsEntry("connection", "keep-alive, x, upgrade");
          } else {
            expectMisfit(client, path, answers.get(i));
          }
        }
      }
      for (String unasked : List.of(chosen, deflate + "\n")) {
        try (WebSocketClient client = new WebSocketClient("127.0.0.1", running.port())) {
          expectMisfit(client, "/" + answers.indexOf(unasked), unasked);
        }
      }
    }
  }

  private static void expectMisfit(WebSocketClient client, String path, String answer) {
    assertThatIOException()
        .as(answer)
        .isThrownBy(() -> client.upgrade(path))
        .withMessage("the server's answer does not fit the request");
    assertThat(client.isConnected()).isFalse();
  }

  /** A server that answers requests for a number with the lines of that number. */
  private static Server answering(List<String> answers) {
    Pattern request = Pattern.compile("GET /([0-9]+) .*Sec-WebSocket-Key: (\\S+)", Pattern.DOTALL);
    Server server = PROCESS.newServer();
    server.set(Map.of("open_eof_split", true, "package_eof", "\r\n\r\n"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          Matcher asked = request.matcher(new String(data, UTF_8));
          assertThat(asked.find()).isTrue();
          String lines =
              answers
                  .get(Integer.parseInt(asked.group(1)))
                  .replace("KEY", Handshake.accept(asked.group(2)))
                  .replace("\n", "\r\n");
          s.send(fd, "HTTP/1.1 101 Switching Protocols\r\n" + lines + "\r\n");
        });
    return server;
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
