// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.head;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.Http2Client;
import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.server.Event;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** WebSocket on one port, something else on another. */
class WebSocketPortsTest {
  private static final ServerVariant PROCESS = new ServerVariant(ServerMode.PROCESS, "nio");

  @ServerMatrix(transports = "nio")
  void standsBesideHttpWithAHandshakeOfItsOwn(ServerVariant variant) {
    HttpServer http = new HttpServer("127.0.0.1", 0, variant.mode(), SocketType.TCP);
    variant.prepare(http);
    http.on(HttpEvent.REQUEST, (request, response) -> response.end("http"));
    ServerPort port = http.addListener("127.0.0.1", 0, SocketType.TCP);
    port.set(Map.of("open_websocket_protocol", true));
    port.on(
        WebSocketEvent.HANDSHAKE,
        (request, response) -> {
          response.header("X-Mine", "1");
          return true;
        });
    port.on(
        WebSocketEvent.MESSAGE,
        (ws, frame) -> {
          ws.push(frame.fd(), frame.text());
          ws.push(frame.fd(), "behind " + frame.text());
        });

    try (RunningServer running = RunningServer.start(http)) {
      RawClient plain = running.client();
      plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(plain)).containsEntry("", "200");
      assertThat(plain.readText(4)).isEqualTo("http");

      RawClient client = running.client(RawClient.to("127.0.0.1", port.port()));
      client.send(request(""));
      assertThat(head(client)).containsEntry("", "101").containsEntry("x-mine", "1");
      client.send(text("hi"));
      assertThat(readText(client)).isEqualTo("hi");
      assertThat(readText(client)).isEqualTo("behind hi");
    }
  }

  @Test
  void standsBesideLines() {
    WebSocketServer server = echo(PROCESS);
    ServerPort lines = server.addListener("127.0.0.1", 0, SocketType.TCP);
    lines.set(Map.of("open_eof_split", true, "package_eof", "\n"));
    lines.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, s.exist(fd) + " " + server.push(fd, "no") + " " + s.getLastError() + " ");
          s.send(fd, server.disconnect(fd) + " " + s.getLastError() + " ");
          s.send(fd, server.push(fd + 100, "no") + " " + s.getLastError() + "\n");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(RawClient.to("127.0.0.1", lines.port()));
      client.send("line\n");
      assertThat(client.readUntil("\n")).isEqualTo("false false 8503 false 8503 false 1005\n");
      RawClient socket = open(running);
      socket.send(text("hi"));
      assertThat(readText(socket)).isEqualTo("hi");
    }
  }

  @ServerMatrix(transports = "nio")
  void oneServerGreetsByFourProtocols(ServerVariant variant) {
    WebSocketServer server =
        WebSocketFixture.server(
            variant, (ws, frame) -> ws.push(frame.fd(), "Hello " + frame.text()));
    server.set(Map.of("open_http2_protocol", true));
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> response.end("Hello " + new String(request.rawContent(), UTF_8)));
    ServerPort tcp = server.addListener("127.0.0.1", 0, SocketType.TCP);
    tcp.set(
        Map.of("open_length_check", true, "package_length_type", "n", "package_body_offset", 2));
    tcp.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            s.send(fd, framed("Hello " + new String(data, 2, data.length - 2, UTF_8))));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient http = running.client();
      http.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nSwoole Http");
      assertThat(head(http)).containsEntry("", "200");
      assertThat(http.readText(17)).isEqualTo("Hello Swoole Http");

      RawClient h2c = running.client();
      h2c.send(
          "POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: \r\nContent-Length: 12\r\n\r\nSwoole Http2");
      assertThat(head(h2c)).containsEntry("", "101").containsEntry("upgrade", "h2c");
      h2c.send(Http2Client.preface());
      Http2Client http2 = Http2Client.without(h2c);
      assertThat(http2.reply(1).text()).isEqualTo("Hello Swoole Http2");
      http2.post(3, "/").data(3, "Swoole Http2 again".getBytes(UTF_8), true);
      assertThat(http2.reply(3).text()).isEqualTo("Hello Swoole Http2 again");

      RawClient webSocket = open(running);
      webSocket.send(text("Swoole Websocket"));
      assertThat(readText(webSocket)).isEqualTo("Hello Swoole Websocket");
      StreamClient stream = StreamClient.on(running);
      stream.open(1, "/");
      stream.sendText(1, "Swoole Websocket");
      assertThat(stream.readText(1)).isEqualTo("Hello Swoole Websocket");

      RawClient lines = running.client(RawClient.to("127.0.0.1", tcp.port()));
      lines.send(framed("Swoole Tcp"));
      assertThat(lines.readExactly(18)).isEqualTo(framed("Hello Swoole Tcp"));
    }
  }

  private static byte[] framed(String text) {
    byte[] body = text.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + body.length).putShort((short) body.length).put(body).array();
  }

  @Test
  void findsHandlersByNameInAnyCase() {
    WebSocketServer server = new WebSocketServer("127.0.0.1", 0);
    HandshakeHandler handshake = (request, response) -> true;
    BeforeHandshakeResponseHandler before = (ws, request, response) -> {};
    ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);

    server.on("handSHAKE", handshake);
    port.on("BEFOREhandshakeresponse", before);

    assertThat(server.getCallback("HandShake")).contains(handshake);
    assertThat(port.getCallback("beforeHandshakeResponse")).contains(before);
    assertThat(server.getCallback("beforehandshakeresponse")).isEmpty();
  }
}
