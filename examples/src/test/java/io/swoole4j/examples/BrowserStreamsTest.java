// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.websocket.WebSocketEvent;
import io.swoole4j.websocket.WebSocketServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser opens its sockets on the connection of HTTP/2 that its page came by. */
final class BrowserStreamsTest {
  private static final String PAGE =
      """
      <!doctype html><title>streams</title><script>
      const log = [];
      for (const name of ['a', 'b']) {
        const socket = new WebSocket('wss://' + location.host + '/' + name);
        socket.onopen = () => socket.send(name.repeat(100000));
        socket.onmessage = message => {
          log.push(name + message.data.length + socket.extensions.split(';')[0]);
          socket.close(4000, name);
        };
        socket.onclose = end => log.push([name, end.code, end.reason, end.wasClean].join(' '));
      }
      </script>
      """;

  @TempDir Path directory;

  @Test
  void socketsShareTheConnectionOfTheirPage() {
    Optional<Path> program = Browser.find();
    assumeTrue(program.isPresent(), "no Chromium on this machine: no sockets are opened by it");
    Certificates certificates = Certificates.in(directory).authority("server", "localhost", "ec");
    List<String> opened = new CopyOnWriteArrayList<>();
    WebSocketServer server =
        new WebSocketServer("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP.withSsl());
    server.set(
        Map.of(
            "worker_num",
            2,
            "open_http2_protocol",
            true,
            "websocket_compression",
            true,
            "ssl_cert_file",
            certificates.crt("server").toString(),
            "ssl_key_file",
            certificates.key("server").toString()));
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.header("Content-Type", "text/html");
          response.end(PAGE);
        });
    server.on(
        WebSocketEvent.OPEN,
        (ws, request) -> opened.add(request.getMethod() + " " + (request.streamId() > 0)));
    server.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.push(frame.fd(), frame));

    try (RunningServer running = RunningServer.start(server);
        Browser browser = Browser.start(program.orElseThrow(), "--ignore-certificate-errors")) {
      Browser.Page page = browser.open("https://127.0.0.1:" + running.port() + "/");

      page.awaitValue(
          "typeof log === 'undefined' ? '' : log.sort().join(', ')",
          "a 4000 a true, a100000permessage-deflate, b 4000 b true, b100000permessage-deflate");
      assertThat(opened).containsExactly("CONNECT true", "CONNECT true");
    }
  }
}
