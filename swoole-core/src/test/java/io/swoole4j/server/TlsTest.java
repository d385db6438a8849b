// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** What TLS does to connections: they begin after the handshake, and end in good order. */
final class TlsTest {
  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = Certificates.in(directory).authority("server", "localhost", "rsa");
  }

  private static Server echo(ServerVariant variant) {
    return secured(variant).on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  private static Server secured(ServerVariant variant) {
    return variant
        .newServer("127.0.0.1", SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, "jdk")
        .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
        .set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
  }

  @ServerMatrix
  void carriesMegabytesUnchangedBothWays(ServerVariant variant) throws Exception {
    byte[] data = new byte[8 << 20];
    new Random(7).nextBytes(data);
    Server server = echo(variant).set(Settings.SOCKET_BUFFER_SIZE, 64 << 20);

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port())) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> client.send(data));

      assertThat(Arrays.equals(client.read(data.length), data)).isTrue();
      sending.join();
    }
  }

  @ServerMatrix
  void servesClientsOfOpenSslWithEitherVersion(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      String answer =
          PythonClient.run(
                  """
                  import socket, ssl, sys
                  for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                      context = ssl.create_default_context(cafile=sys.argv[2])
                      context.minimum_version = context.maximum_version = version
                      with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30) as plain:
                          with context.wrap_socket(plain, server_hostname="localhost") as tls:
                              tls.sendall(b"hello")
                              print(tls.version(), tls.recv(5).decode())
                  """,
                  running.port(),
                  certificates.crt("server"))
              .requireSuccess();

      assertThat(answer.lines()).containsExactly("TLSv1.2 hello", "TLSv1.3 hello");
    }
  }

  @ServerMatrix(transports = "nio")
  void agreesOnWhatItsOptionsSay(ServerVariant variant) {
    String weaker = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    String stronger = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    for (boolean serverOrder : new boolean[] {true, false}) {
      Server server = echo(variant).set(Settings.SSL_PREFER_SERVER_CIPHERS, serverOrder);
      server.set("ssl_protocols", "TLSv1.2");
      server.set("ssl_ciphers", "ECDHE+AES256+AESGCM:ECDHE+AES128+AESGCM");

      try (RunningServer running = RunningServer.start(server);
          TlsClient client =
              TlsClient.connect(
                  running.port(), p -> p.setCipherSuites(new String[] {weaker, stronger}))) {
        assertThat(client.send("x").readText(1)).isEqualTo("x");
        assertThat(client.socket().getSession().getProtocol()).isEqualTo("TLSv1.2");
        assertThat(client.socket().getSession().getCipherSuite())
            .isEqualTo(serverOrder ? stronger : weaker);
      }
    }
  }

  @ServerMatrix
  void connectsAfterTheHandshakeAndNotWithoutOne(ServerVariant variant) {
    List<String> events = new CopyOnWriteArrayList<>();
    Server server =
        echo(variant)
            .on(Event.CONNECT, (s, fd, reactorId) -> events.add("connect"))
            .on(Event.CLOSE, (s, fd, reactorId) -> events.add("close"));

    try (RunningServer running = RunningServer.start(server)) {
      running.client();
      running.client().send(new byte[] {22, 3, 1}).abort();
      await().until(() -> running.server().stats().get("abort_count").equals(1L));
      assertThat(events).isEmpty();
      assertThat(running.server().getClientList()).isEmpty();

      try (TlsClient client = TlsClient.connect(running.port())) {
        assertThat(client.send("x").readText(1)).isEqualTo("x");
        assertThat(events).containsExactly("connect");
      }
      await().untilAsserted(() -> assertThat(events).containsExactly("connect", "close"));
    }
  }

  @ServerMatrix
  void warnsOfAPlainTextClientClosesItAndServesOthers(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(echo(variant))) {
      byte[] answer = running.client().send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readUntilEof();

      assertThat(new String(answer, ISO_8859_1)).doesNotContain("GET");
      log.awaitContains(Level.WARN, "bad SSL client");
      try (TlsClient client = TlsClient.connect(running.port())) {
        assertThat(client.send("still").readText(5)).isEqualTo("still");
      }
    }
  }

  @ServerMatrix
  void dropsAClientWhoseHandshakeIsNotDoneInTimeHoweverItDrips(ServerVariant variant) {
    Server server = echo(variant).set(Settings.SSL_HANDSHAKE_TIMEOUT, 0.5);

    try (RunningServer running = RunningServer.start(server);
        RawClient silent = running.client();
        RawClient started = running.client()) {
      started.sendIfOpen("\26\3\1\2\0\1\0");

      silent.expectClosed();
      started.expectClosed();
      await().until(() -> running.server().stats().get("abort_count").equals(2L));
      assertThat(running.server().getClientList()).isEmpty();
    }
  }

  @ServerMatrix
  void closeSendsEverythingAndThenTheEndOfTls(ServerVariant variant) {
    byte[] data = new byte[1 << 20];
    new Random(8).nextBytes(data);
    Server server = secured(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, request) -> {
          s.send(fd, data);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        try (TlsClient client =
            TlsClient.connect(running.port(), p -> p.setProtocols(new String[] {version}))) {
          // A cut without the end of TLS would be an exception.
          assertThat(client.send("x").readUntilEnd()).isEqualTo(data);
        }
      }
      await().until(() -> running.server().stats().get("close_count").equals(2L));
    }
  }

  @ServerMatrix
  void answersAClientThatEndedItsSide(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant));
        TlsClient client =
            TlsClient.connect(running.port(), p -> p.setProtocols(new String[] {"TLSv1.3"}))) {
      client.send("last words").shutdownOutput();

      assertThat(client.readUntilEnd()).isEqualTo("last words".getBytes(UTF_8));
      await().until(() -> running.server().getClientList().isEmpty());
    }
  }

  @ServerMatrix
  void reportsACloseAfterAReset(ServerVariant variant) {
    List<Long> closed = new CopyOnWriteArrayList<>();
    Server server = echo(variant).on(Event.CLOSE, (s, fd, reactorId) -> closed.add(fd));

    try (RunningServer running = RunningServer.start(server)) {
      TlsClient client = TlsClient.connect(running.port());
      assertThat(client.send("x").readText(1)).isEqualTo("x");
      client.abort();

      await().until(() -> closed.equals(List.of(1L)));
    }
  }

  @ServerMatrix
  void closeWithResetDropsTheConnectionAtOnce(ServerVariant variant) {
    Server server = secured(variant);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.close(fd, true));

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port())) {
      client.send("x");

      await().until(() -> running.server().getClientInfo(1).isEmpty());
      assertThatThrownBy(client::readUntilEnd).hasMessageContaining("reset");
    }
  }

  @ServerMatrix
  void dropsWhatIsNotTlsAfterTheHandshake(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      String answer =
          PythonClient.run(
                  """
                  import os, socket, ssl, sys
                  context = ssl.create_default_context(cafile=sys.argv[2])
                  plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
                  tls = context.wrap_socket(plain, server_hostname="localhost")
                  tls.sendall(b"a")
                  assert tls.recv(1) == b"a"
                  os.set_blocking(tls.fileno(), True)
                  os.write(tls.fileno(), b"this is no record of TLS at all")
                  try:
                      data = b"x"
                      while data:
                          data = os.read(tls.fileno(), 1000)
                  except ConnectionResetError:
                      pass
                  print("ended")
                  """,
                  running.port(),
                  certificates.crt("server"))
              .requireSuccess();

      assertThat(answer).isEqualTo("ended");
      await().until(() -> running.server().getClientList().isEmpty());
    }
  }
}
