// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.OpenSsl;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** The JDK's TLS and BoringSSL do the same for clients. */
final class TlsProvidersTest {
  /**
   * Asks once for each version and each of two connections, the second of which offers the session
   * of the first; prints version, whether that was taken up, suite, and the answer.
   */
  private static final String CLIENT =
      """
      import socket, ssl, sys
      port, certificate, ciphers, versions, curve = sys.argv[1:6]
      for name in versions.split():
          version = getattr(ssl.TLSVersion, name)
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
          context.check_hostname = False
          context.verify_mode = ssl.CERT_NONE
          context.minimum_version = context.maximum_version = version
          if ciphers: context.set_ciphers(ciphers)
          if curve: context.set_ecdh_curve(curve)
          if certificate: context.load_cert_chain(certificate + ".crt", certificate + ".key")
          session = None
          for attempt in range(2):
              try:
                  with socket.create_connection(("127.0.0.1", int(port)), 30) as plain:
                      with context.wrap_socket(plain, session=session) as tls:
                          tls.sendall(b"hello")
                          answer = tls.recv(100).decode() or "nothing"
                          session = tls.session
                          print(tls.version(), "resumed" if tls.session_reused else "new",
                                "ticket" if session.has_ticket else "none",
                                tls.cipher()[0], answer)
              except (ssl.SSLError, ConnectionError):
                  print(name, "nothing")
      """;

  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates =
        Certificates.in(directory)
            .authority("ec", "localhost", "ec")
            .authority("rsa", "localhost", "rsa")
            .authority("ca")
            .signed("client", "client", "ca", false)
            .authority("stranger");
  }

  private static Server server(String provider, Map<String, ?> settings) {
    Assumptions.assumeTrue(
        provider.equals("jdk") || OpenSsl.isAvailable(), "no BoringSSL for this machine");
    return new Server("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, provider)
        .set(Settings.SSL_CERT_FILE, certificates.crt("ec").toString())
        .set(Settings.SSL_KEY_FILE, certificates.key("ec").toString())
        .set(settings)
        .on(
            Event.RECEIVE,
            (s, fd, reactorId, data) -> {
              boolean certified =
                  s.getClientInfo(fd).flatMap(ClientInfo::sslClientCert).isPresent();
              s.send(fd, certified ? "certified" : new String(data, UTF_8));
            });
  }

  private static List<String> ask(
      RunningServer running, String certificate, String ciphers, String versions, String curve) {
    String name = certificate.isEmpty() ? "" : directory.resolve(certificate).toString();
    return PythonClient.run(CLIENT, running.port(), name, ciphers, versions, curve)
        .requireSuccess()
        .lines()
        .toList();
  }

  private static List<String> ask(RunningServer running) {
    return ask(running, "", "", "TLSv1_2 TLSv1_3", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "openssl"})
  void answerWithEitherVersionAndResumeSessionsByTickets(String provider) {
    try (RunningServer running = RunningServer.start(server(provider, Map.of()))) {
      assertThat(ask(running))
          .containsExactly(
              "TLSv1.2 new ticket ECDHE-ECDSA-AES256-GCM-SHA384 hello",
              "TLSv1.2 resumed ticket ECDHE-ECDSA-AES256-GCM-SHA384 hello",
              "TLSv1.3 new ticket TLS_AES_256_GCM_SHA384 hello",
              "TLSv1.3 resumed ticket TLS_AES_256_GCM_SHA384 hello");
    }
  }

  @Test
  void boringSslGivesNoTicketsIfTheyAreTurnedOff() {
    Server server = server("openssl", Map.of("ssl_session_tickets", false));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(ask(running)).hasSize(4).noneMatch(line -> line.contains(" ticket "));
      assertThat(ask(running, "", "", "TLSv1_3", "")).allMatch(line -> line.contains(" new "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "openssl"})
  void reloadForgetsSessionsAndWhoseClientsWereTrusted(String provider) throws IOException {
    Path authority = directory.resolve(provider + "-authority.crt");
    Files.copy(certificates.crt("ca"), authority);
    Server server =
        server(
            provider,
            Map.of("ssl_verify_peer", true, "ssl_client_cert_file", authority.toString()));

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      assertThat(ask(running, "client", "", "TLSv1_3", ""))
          .hasSize(2)
          .allMatch(line -> line.endsWith("certified"));
      assertThat(ask(running, "stranger", "", "TLSv1_2 TLSv1_3", ""))
          .containsOnly("TLSv1_2 nothing", "TLSv1_3 nothing");
      assertThat(ask(running, "", "", "TLSv1_2 TLSv1_3", ""))
          .containsOnly("TLSv1_2 nothing", "TLSv1_3 nothing");
      log.awaitContains(Level.WARN, "[1014]");

      Files.copy(
          certificates.crt("stranger"),
          authority,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      running.server().reloadTls();
      assertThat(ask(running, "client", "", "TLSv1_3", "")).containsOnly("TLSv1_3 nothing");
      assertThat(ask(running, "stranger", "", "TLSv1_3", ""))
          .hasSize(2)
          .allMatch(line -> line.endsWith("certified"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "jdk, true, ECDHE-ECDSA-AES256-GCM-SHA384",
    "jdk, false, ECDHE-ECDSA-AES128-GCM-SHA256",
    "openssl, true, ECDHE-ECDSA-AES256-GCM-SHA384",
    "openssl, false, ECDHE-ECDSA-AES128-GCM-SHA256"
  })
  void chooseTheSuiteByTheOrderOfTheServerUnlessToldOtherwise(
      String provider, boolean serverOrder, String suite) {
    Server server =
        server(
            provider,
            Map.of(
                "ssl_ciphers",
                "ECDHE+AES256+AESGCM:ECDHE+AES128+AESGCM",
                "ssl_prefer_server_ciphers",
                serverOrder));

    try (RunningServer running = RunningServer.start(server)) {
      String clientOrder = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
      assertThat(ask(running, "", clientOrder, "TLSv1_2", ""))
          .first()
          .asString()
          .contains(" " + suite + " hello");
      assertThat(ask(running, "", "ECDHE-ECDSA-CHACHA20-POLY1305", "TLSv1_2", ""))
          .containsOnly("TLSv1_2 nothing");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "openssl"})
  void speakOnlyTheVersionsOfTheSetting(String provider) {
    for (String version : List.of("TLSv1_2", "TLSv1_3")) {
      String other = version.equals("TLSv1_2") ? "TLSv1_3" : "TLSv1_2";
      Server server = server(provider, Map.of("ssl_protocols", version.replace('_', '.')));

      try (RunningServer running = RunningServer.start(server)) {
        assertThat(ask(running, "", "", version, ""))
            .hasSize(2)
            .allMatch(line -> line.endsWith("hello"));
        assertThat(ask(running, "", "", other, "")).containsOnly(other + " nothing");
      }
    }
  }

  @Test
  void boringSslTakesCurvesOnAnyJava() {
    Server server = server("openssl", Map.of("ssl_ecdh_curve", "X25519:prime256v1"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(ask(running, "", "", "TLSv1_3", "prime256v1")).allMatch(l -> l.endsWith("hello"));
      assertThat(ask(running, "", "", "TLSv1_3", "secp384r1")).containsOnly("TLSv1_3 nothing");
    }
    assertThatThrownBy(server("openssl", Map.of("ssl_ecdh_curve", "x448"))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ssl_ecdh_curve: x448 (expected: one that BoringSSL has)");
  }

  @Test
  void boringSslIsTheDefaultWhereItIsOnTheClassPath() {
    // The JDK has this suite, BoringSSL has not.
    Map<String, String> settings = Map.of("ssl_ciphers", "DHE-RSA-AES256-GCM-SHA384");
    Map<String, String> rsa =
        Map.of(
            "ssl_cert_file", certificates.crt("rsa").toString(),
            "ssl_key_file", certificates.key("rsa").toString());

    RunningServer.start(server("jdk", settings).set(rsa)).close();
    for (String provider : List.of("openssl", "auto")) {
      assertThatThrownBy(server(provider, settings).set(rsa)::startAsync)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no suite that the provider has is left");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "openssl"})
  void giveTheCertificateOfTheName(String provider) {
    Map<String, String> rsa =
        Map.of(
            "ssl_cert_file", certificates.crt("client").toString(),
            "ssl_key_file", certificates.key("client").toString());
    Server server = server(provider, Map.of("ssl_sni_certs", Map.of("bücher.example", rsa)));

    try (RunningServer running = RunningServer.start(server);
        TlsClient named = TlsClient.connect(running.port(), "xn--bcher-kva.example");
        TlsClient other = TlsClient.connect(running.port(), "example.com")) {
      assertThat(named.send("a").readText(1)).isEqualTo("a");
      assertThat(named.serverSubject()).isEqualTo("CN=client,O=swoole");
      assertThat(other.serverSubject()).isEqualTo("CN=localhost,O=swoole");
    }
  }

  @ParameterizedTest
  @CsvSource({"jdk, TLSv1.2", "jdk, TLSv1.3", "openssl, TLSv1.2", "openssl, TLSv1.3"})
  void carryMegabytesAndEndInOrder(String provider, String version) {
    byte[] data = new byte[2 << 20];
    new Random(7).nextBytes(data);
    Server server = server(provider, Map.of("socket_buffer_size", 16 << 20));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, bytes) -> {
          s.send(fd, bytes);
          if (bytes[bytes.length - 1] == data[data.length - 1]) {
            s.send(fd, "end");
            s.close(fd);
          }
        });
    data[data.length - 1] = 0;
    for (int i = 0; i < data.length - 1; i++) {
      data[i] |= 1;
    }

    try (RunningServer running = RunningServer.start(server);
        TlsClient client =
            TlsClient.connect(running.port(), p -> p.setProtocols(new String[] {version}))) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> client.send(data));

      assertThat(Arrays.equals(client.read(data.length), data)).isTrue();
      // Without the end of TLS it would throw.
      assertThat(new String(client.readUntilEnd(), UTF_8)).isEqualTo("end");
      sending.join();
      await().until(() -> running.server().getClientList().isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({"jdk, TLSv1.2", "jdk, TLSv1.3", "openssl, TLSv1.2", "openssl, TLSv1.3"})
  void endAConnectionWhoseClientSaysThatItIsDone(String provider, String version) {
    Server server = server(provider, Map.of());

    try (RunningServer running = RunningServer.start(server);
        TlsClient client =
            TlsClient.connect(running.port(), p -> p.setProtocols(new String[] {version}))) {
      assertThat(client.send("hello").readText(5)).isEqualTo("hello");
      client.shutdownOutput();

      assertThat(client.readUntilEnd()).isEmpty();
      await().until(() -> running.server().getClientList().isEmpty());
      Traffic.untilStats(server, Map.of("close_count", 1L, "abort_count", 0L));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk", "openssl"})
  void endAConnectionWhoseClientAsksForAnotherHandshake(String provider) throws Exception {
    Path output = directory.resolve(provider + "-s_client.out");

    try (RunningServer running = RunningServer.start(server(provider, Map.of()))) {
      Process client =
          new ProcessBuilder(
                  "openssl", "s_client", "-connect", "127.0.0.1:" + running.port(), "-tls1_2")
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try (OutputStream input = client.getOutputStream()) {
        input.write("marco\n".getBytes(UTF_8));
        input.flush();
        await().until(() -> Files.readString(output).contains("\nmarco\n"));
        input.write("R\n".getBytes(UTF_8));
        input.flush();

        await().until(() -> !client.isAlive());
        assertThat(Files.readString(output)).contains("RENEGOTIATING");
        await().until(() -> running.server().getClientList().isEmpty());
        assertThat(ask(running)).hasSize(4).allMatch(line -> line.endsWith("hello"));
      } finally {
        client.destroyForcibly();
      }
    }
  }
}
