// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Certificates of clients: asked for, verified, shown to handlers. */
final class TlsClientCertificateTest {
  /** Prints what the server answers, or that it answers nothing. */
  private static final String CLIENT =
      """
      import socket, ssl, sys
      port, name = int(sys.argv[1]), sys.argv[2]
      for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
          context.check_hostname = False
          context.verify_mode = ssl.CERT_NONE
          context.minimum_version = context.maximum_version = version
          if name:
              context.load_cert_chain(name + ".crt", name + ".key")
          try:
              with socket.create_connection(("127.0.0.1", port), 30) as plain:
                  with context.wrap_socket(plain) as tls:
                      tls.sendall(b"hello")
                      print(tls.recv(100).decode() or "nothing")
          except (ssl.SSLError, ConnectionError):
              print("nothing")
      """;

  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates =
        Certificates.in(directory)
            .authority("server", "localhost", "ec")
            .authority("ca")
            .signed("client", "client", "ca", false)
            .signed("middle", "middle", "ca", true)
            .signed("far", "far", "middle", false)
            .signed("middle2", "middle2", "middle", true)
            .signed("farther", "farther", "middle2", false)
            .authority("stranger");
    certificates.copyTo("authorities", "ca");
    certificates.chain("far", "middle").chain("farther", "middle2", "middle");
  }

  private static Server server(ServerVariant variant, Map<String, ?> settings) {
    return variant
        .newServer("127.0.0.1", SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, "jdk")
        .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
        .set(Settings.SSL_KEY_FILE, certificates.key("server").toString())
        .set(settings)
        .on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, subject(s.getClientInfo(fd))));
  }

  private static String subject(Optional<ClientInfo> info) {
    return info.flatMap(ClientInfo::sslClientCert)
        .map(TlsClientCertificateTest::parse)
        .map(certificate -> certificate.getSubjectX500Principal().getName())
        .orElse("nobody");
  }

  private static X509Certificate parse(String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem.getBytes(UTF_8)));
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertAnswers(RunningServer running, String client, String expected) {
    String name = client.isEmpty() ? "" : directory.resolve(client).toString();
    assertThat(PythonClient.run(CLIENT, running.port(), name).requireSuccess().lines())
        .as(client)
        .containsExactly(expected, expected);
  }

  @ServerMatrix
  void isRequiredAndVerifiedWithVerifyPeer(ServerVariant variant) {
    Server server =
        server(
            variant,
            Map.of(
                "ssl_verify_peer",
                true,
                "ssl_client_cert_file",
                certificates.crt("ca").toString()));

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      assertAnswers(running, "client", "CN=client,O=swoole");
      assertAnswers(running, "", "nothing");
      log.awaitContains(Level.WARN, "client certificate refused");
      assertAnswers(running, "stranger", "nothing");
      assertAnswers(running, "client", "CN=client,O=swoole");
    }
  }

  @ServerMatrix
  void isAskedForAndShownWithoutVerifyPeer(ServerVariant variant) {
    Server server =
        server(variant, Map.of("ssl_client_cert_file", certificates.crt("ca").toString()));

    try (RunningServer running = RunningServer.start(server)) {
      assertAnswers(running, "client", "CN=client,O=swoole");
      assertAnswers(running, "", "nobody");
      assertAnswers(running, "stranger", "CN=stranger,O=swoole");
    }
  }

  @ServerMatrix(transports = "nio")
  void isShownToWorkersButNotToTaskWorkers(ServerVariant variant) {
    Server server =
        server(variant, Map.of("ssl_client_cert_file", certificates.crt("ca").toString()))
            .set(Settings.TASK_WORKER_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          String own = subject(s.getClientInfo(fd));
          s.task(fd, -1, (asking, id, result) -> asking.send(fd, own + " " + result));
        });
    server.on(Event.TASK, (s, id, source, data) -> subject(s.getClientInfo((Long) data)));

    try (RunningServer running = RunningServer.start(server)) {
      assertAnswers(running, "client", "CN=client,O=swoole nobody");
    }
  }

  @ServerMatrix(transports = "nio")
  void isNotAskedForByDefault(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant, Map.of()))) {
      assertAnswers(running, "client", "nobody");
    }
  }

  @ServerMatrix(transports = "nio")
  void maySignItselfIfThatIsAllowed(ServerVariant variant) {
    Server server =
        server(
            variant,
            Map.of(
                "ssl_verify_peer", true,
                "ssl_allow_self_signed", true,
                "ssl_cafile", certificates.crt("ca").toString()));

    try (RunningServer running = RunningServer.start(server)) {
      assertAnswers(running, "stranger", "CN=stranger,O=swoole");
      assertAnswers(running, "client", "CN=client,O=swoole");
      assertAnswers(running, "", "nothing");
    }
  }

  @ServerMatrix(transports = "nio")
  void mayBeAsFarFromAnAuthorityAsTheDepthSays(ServerVariant variant) {
    Server server =
        server(
            variant,
            Map.of(
                "ssl_verify_peer",
                true,
                "ssl_verify_depth",
                1,
                "ssl_capath",
                certificates.path("authorities").toString()));

    try (RunningServer running = RunningServer.start(server)) {
      assertAnswers(running, "far", "CN=far,O=swoole");
      assertAnswers(running, "farther", "nothing");
    }
  }
}
