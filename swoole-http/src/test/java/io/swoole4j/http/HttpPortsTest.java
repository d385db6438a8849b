// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** HTTP on one port of a server and something else on another. */
class HttpPortsTest {

  private static RawClient client(RunningServer running, ServerPort port) {
    return running.client(RawClient.to(port.host(), port.port()));
  }

  @ServerMatrix
  void speakHttpBesideLines(ServerVariant variant) {
    Server server = variant.newServer();
    server.set(Map.of("open_eof_split", true, "package_eof", "\r\n"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    ServerPort http = server.addListener("127.0.0.1", 0, SocketType.TCP);
    http.set("open_http_protocol", true);
    http.on(
        HttpEvent.REQUEST,
        (request, response) -> response.end("page " + request.get("n").orElse("")));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("li").send("ne\r\n").readText(6)).isEqualTo("line\r\n");
      assertThat(get(client(running, http), "/?n=x").text()).isEqualTo("page x");
    }
  }

  @ServerMatrix
  void speakLinesBesideHttp(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> response.end("page"));
    ServerPort lines = server.addListener("127.0.0.1", 0, SocketType.TCP);
    lines.set(Map.of("open_eof_split", true, "package_eof", "\r\n"));
    lines.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    ServerPort inheriting = server.addListener("127.0.0.1", 0, SocketType.TCP);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(client(running, lines).send("GET / HTTP/1.1\r\n").readText(16))
          .isEqualTo("GET / HTTP/1.1\r\n");
      assertThat(get(client(running, inheriting), "/").text()).isEqualTo("page");
      assertThat(get(running.client(), "/").text()).isEqualTo("page");
    }
  }

  @Test
  void saySoWhenFramingTakesThePlaceOfHttp() {
    Server server = new Server("127.0.0.1", 0);
    server.set(Map.of("open_http_protocol", true, "open_length_check", true));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (LogCapture log = LogCapture.of(Server.class)) {
      RunningServer.start(server).close();

      assertThat(log.contains(Level.WARN, "open_http_protocol: has no effect, open_length_check"))
          .isTrue();
    }
  }

  @ServerMatrix
  void needTheHandlersOfWhatTheySpeak(ServerVariant variant) {
    HttpServer plain = server(variant, (request, response) -> response.end());
    plain.addListener("127.0.0.1", 0, SocketType.TCP).set("open_http_protocol", false);
    HttpServer datagrams = server(variant, (request, response) -> response.end());
    datagrams.addListener("127.0.0.1", 0, SocketType.UDP);

    assertThatThrownBy(plain::startAsync).hasMessageContaining("require onReceive callback");
    assertThatThrownBy(datagrams::startAsync).hasMessageContaining("require onPacket callback");
  }

  @ServerMatrix
  void mayBeUnixSockets(ServerVariant variant, @TempDir Path directory) {
    Path path = directory.resolve("s");
    HttpServer server = new HttpServer(path.toString(), 0, variant.mode(), SocketType.UNIX_STREAM);
    variant.prepare(server);
    server.on(
        HttpEvent.REQUEST,
        (request, response) ->
            response.end(request.get("n").orElse("") + new String(request.rawContent(), UTF_8)));
    String script =
        """
        import http.client, socket, sys

        class Connection(http.client.HTTPConnection):
            def connect(self):
                self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.sock.settimeout(25)
                self.sock.connect(sys.argv[1])

        c = Connection('localhost')
        for n in range(10):
            c.request('POST', '/?n=%d' % n, body='body' * n)
            answer = c.getresponse()
            assert answer.status == 200 and len(answer.getheaders()) >= 5
            assert answer.read().decode() == str(n) + 'body' * n
        print('done')
        """;

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PythonClient.run(script, path).requireSuccess()).isEqualTo("done");
      assertThat(running.server().stats()).containsEntry("accept_count", 1L);
    }
  }
}
