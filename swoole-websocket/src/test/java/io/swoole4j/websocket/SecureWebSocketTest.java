// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket over TLS. */
class SecureWebSocketTest {
  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = Certificates.in(directory).authority("server", "localhost", "ec");
  }

  @ServerMatrix
  void exchangesMessagesAndSaysGoodbye(ServerVariant variant) throws IOException {
    WebSocketServer server =
        new WebSocketServer("127.0.0.1", 0, variant.mode(), SocketType.TCP.withSsl());
    variant.prepare(server);
    server.set(Settings.SSL_PROVIDER, "jdk");
    server.set(Settings.SSL_CERT_FILE, certificates.crt("server").toString());
    server.set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
    server.on(
        WebSocketEvent.MESSAGE,
        (ws, frame) -> {
          ws.push(frame.fd(), frame);
          if (frame.text().equals("enough")) {
            ws.disconnect(frame.fd(), 4000, "as you wish");
          }
        });

    try (RunningServer running = RunningServer.start(server);
        WebSocketClient client =
            new WebSocketClient("127.0.0.1", running.port(), TlsClient.context())) {
      assertThat(client.upgrade("/")).isTrue();
      for (int size : new int[] {1, 1000, 300_000}) {
        client.push("x".repeat(size));
        assertThat(client.recv().map(frame -> frame.data().length)).contains(size);
      }
      client.push("enough");
      assertThat(client.recv().map(Frame::text)).contains("enough");
      assertThat(client.recv().map(frame -> ((CloseFrame) frame).reason())).contains("as you wish");
    }
  }
}
