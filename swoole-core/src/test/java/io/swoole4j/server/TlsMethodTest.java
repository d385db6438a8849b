// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSsl;
import io.swoole4j.setting.Settings;
import io.swoole4j.setting.SslMethod;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.ClientCommand;
import io.swoole4j.testing.OpenSslTool;
import io.swoole4j.testing.RunningServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the values of ssl_method let clients agree on, as OpenSSL's own client sees it. */
final class TlsMethodTest {
  /** Prints the version that was agreed on, or that there was none. */
  private static final String CLIENT =
      "openssl s_client -brief -connect 127.0.0.1:$1 $2 </dev/null 2>&1 || echo refused";

  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    OpenSslTool.assumePresent();
    certificates = Certificates.in(directory).authority("server", "localhost", "ec");
  }

  /** In each mode for some of the names of each version. */
  private static Server server(String provider, SslMethod method) {
    ServerMode mode = method.number() % 2 == 0 ? ServerMode.PROCESS : ServerMode.BASE;
    return new Server("127.0.0.1", 0, mode, SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, provider)
        .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
        .set(Settings.SSL_KEY_FILE, certificates.key("server").toString())
        .set("ssl_method", method.number())
        .on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
  }

  private static void assertAgrees(RunningServer running, String version, boolean agrees) {
    String option = "-" + version.replace("TLSv", "tls").replace('.', '_');
    String port = Integer.toString(running.port());
    String answer = ClientCommand.run(List.of("sh", "-c", CLIENT, "sh", port, option), UTF_8);

    if (agrees) {
      assertThat(answer).contains("Protocol version: " + version).doesNotContain("refused");
    } else {
      assertThat(answer).contains("refused").doesNotContain("Protocol version");
    }
  }

  private static void assertSpeaks(String provider, SslMethod method) {
    boolean all = method.protocol().isEmpty();
    try (RunningServer running = RunningServer.start(server(provider, method))) {
      assertAgrees(running, "TLSv1.2", all || method.protocol().equals("TLSv1.2"));
      assertAgrees(running, "TLSv1.3", all);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ANY,
      names = {"SSLV23_.*", "TLSV1_2_.*"})
  void chooseAmongTheVersionsThatAreSafe(SslMethod method) {
    assertSpeaks("jdk", method);
  }

  @ParameterizedTest
  @EnumSource(names = {"SSLV23_SERVER_METHOD", "TLSV1_2_SERVER_METHOD"})
  void chooseTheSameWithBoringSsl(SslMethod method) {
    Assumptions.assumeTrue(OpenSsl.isAvailable(), "no BoringSSL for this machine");

    assertSpeaks("openssl", method);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_NONE,
      names = {"SSLV23_.*", "TLSV1_2_.*"})
  void failTheStartWhereTheJdkHasTheVersionNotOrTurnedOff(SslMethod method) {
    assertThatThrownBy(server("jdk", method)::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "ssl_method: " + method.protocol() + " (expected: one that the provider offers: TLS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSLV3_SERVER_METHOD", "DTLS_SERVER_METHOD"})
  void failTheStartWithBoringSslTooWhereNobodyHasTheVersion(SslMethod method) {
    Assumptions.assumeTrue(OpenSsl.isAvailable(), "no BoringSSL for this machine");

    assertThatThrownBy(server("openssl", method)::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "ssl_method: " + method.protocol() + " (expected: one that the provider offers: ");
  }

  @ParameterizedTest
  @EnumSource
  void standForTheirNumbersAndNames(SslMethod method) {
    Server byNumber = new Server("127.0.0.1", 0).set("ssl_method", method.number());
    Server byName = new Server("127.0.0.1", 0).set("ssl_method", method.name());

    assertThat(byNumber.setting()).containsEntry("ssl_method", method);
    assertThat(byName.setting()).containsEntry("ssl_method", method);
  }
}
