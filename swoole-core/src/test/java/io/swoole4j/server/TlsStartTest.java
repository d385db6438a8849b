// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.OpenSslTool;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/**
 * What a port with TLS takes for certificate, key and options, and what it refuses at the start.
 */
final class TlsStartTest {
  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeKeys() throws IOException {
    certificates =
        Certificates.in(directory)
            .authority("rsa", "localhost", "rsa")
            .authority("ec", "localhost", "ec");
    Path rsa = certificates.key("rsa");
    Path ec = certificates.key("ec");
    pass("rsa", "-in", rsa, "-traditional", "-out", path("rsa-pkcs1"));
    pass("ec", "-in", ec, "-out", path("ec-sec1"));
    for (String cipher : List.of("aes128", "aes192", "aes256", "des3")) {
      pass(
          "rsa",
          "-in",
          rsa,
          "-traditional",
          "-" + cipher,
          "-passout",
          "pass:s3cret",
          "-out",
          path("rsa-legacy-" + cipher));
    }
    pass("ec", "-in", ec, "-aes256", "-passout", "pass:s3cret", "-out", path("ec-legacy"));
    pass("pkcs8", "-topk8", "-in", rsa, "-passout", "pass:s3cret", "-out", path("rsa-pbes2"));
    pass(
        "pkcs8",
        "-topk8",
        "-in",
        ec,
        "-v1",
        "PBE-SHA1-3DES",
        "-passout",
        "pass:s3cret",
        "-out",
        path("ec-pbes1"));
    Files.writeString(path("noise"), "this is no PEM file\n");
    Files.writeString(
        path("broken-crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    Files.writeString(
        path("broken-key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    Files.writeString(
        path("both"), Files.readString(rsa) + Files.readString(certificates.crt("rsa")));
    Files.createDirectories(path("empty"));
  }

  private static void pass(Object... arguments) {
    OpenSslTool.run(arguments);
  }

  private static Path path(String name) {
    return certificates.path(name);
  }

  private static Server server(Map<String, ?> settings) {
    return new Server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, "jdk")
        .set(settings)
        .on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  private static Map<String, Object> rsa(Map<String, ?> more) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("ssl_cert_file", certificates.crt("rsa").toString());
    settings.put("ssl_key_file", certificates.key("rsa").toString());
    settings.putAll(more);
    return settings;
  }

  private static void assertEchoes(Server server) {
    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port())) {
      assertThat(client.send("hello").readText(5)).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rsa, rsa.key",
    "rsa, rsa-pkcs1",
    "ec, ec.key",
    "ec, ec-sec1",
    "rsa, rsa-legacy-aes128",
    "rsa, rsa-legacy-aes192",
    "rsa, rsa-legacy-aes256",
    "rsa, rsa-legacy-des3",
    "ec, ec-legacy",
    "rsa, rsa-pbes2",
    "ec, ec-pbes1"
  })
  void takesKeysInEveryFormThatOpenSslWrites(String certificate, String key) {
    assertEchoes(
        server(
            Map.of(
                "ssl_cert_file", certificates.crt(certificate).toString(),
                "ssl_key_file", path(key).toString(),
                "ssl_passphrase", "s3cret")));
  }

  @Test
  void takesTheKeyFromTheFileOfTheCertificate() {
    assertEchoes(server(Map.of("ssl_cert_file", path("both").toString())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "missing; rsa.key; ssl_cert_file; missing: no such file",
        "rsa.crt; missing; ssl_key_file; missing: no such file",
        "empty; rsa.key; ssl_cert_file; empty: cannot be read",
        "noise; rsa.key; ssl_cert_file; noise: not PEM",
        "rsa.key; rsa.key; ssl_cert_file; there is no CERTIFICATE",
        "rsa.crt; rsa.crt; ssl_key_file; there is no PRIVATE KEY",
        "broken-crt; rsa.key; ssl_cert_file; a certificate in it is broken",
        "rsa.crt; broken-key; ssl_key_file; the private key cannot be read",
        "rsa.crt; ec.key; ssl_key_file; does not match",
        "ec.crt; rsa.key; ssl_key_file; does not match",
        "rsa.crt; rsa-pbes2; ssl_key_file; is encrypted (expected: ssl_passphrase)",
        "rsa.crt; rsa-legacy-aes256; ssl_key_file; is encrypted (expected: ssl_passphrase)"
      })
  void refusesBadFilesNamingFileAndReason(
      String certificate, String key, String setting, String reason) {
    Server server =
        server(
            Map.of(
                "ssl_cert_file", path(certificate).toString(),
                "ssl_key_file", path(key).toString()));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(setting)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl_cert_file",
        "ssl_key_file",
        "ssl_client_cert_file",
        "ssl_cafile",
        "ssl_capath"
      })
  void refusesWhatCanBeNoPath(String setting) {
    assertThatThrownBy(server(rsa(Map.of(setting, "a\0b")))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(setting + ": ")
        .hasMessageContaining("no path");
  }

  @Test
  void refusesADirectoryWithoutCertificates() {
    assertThatThrownBy(server(rsa(Map.of("ssl_capath", path("empty").toString())))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ssl_capath: " + path("empty") + ": there is no certificate in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa-pbes2", "rsa-legacy-aes256"})
  void refusesAWrongPassphrase(String key) {
    Server server =
        server(rsa(Map.of("ssl_key_file", path(key).toString(), "ssl_passphrase", "guess")));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("ssl_passphrase");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ssl_ciphers; NO-SUCH-CIPHER; ssl_ciphers: NO-SUCH-CIPHER",
        "ssl_ciphers; RC4-MD5; ssl_ciphers: RC4-MD5",
        "ssl_ciphers; AES//; ssl_ciphers: AES//",
        "ssl_protocols; SSLv3; ssl_protocols: SSLv3",
        "ssl_protocols; 8; ssl_protocols: TLSv1",
        "ssl_protocols; 128; ssl_protocols: DTLS",
        "ssl_method; SSLv3_CLIENT_METHOD; ssl_method: SSLv3",
        "ssl_method; 12; ",
        "ssl_ecdh_curve; nonsense; no curve nonsense",
        "ssl_dhparam; /nowhere/dh.pem; ssl_dhparam: /nowhere/dh.pem",
        "ssl_verify_peer; true; ssl_verify_peer: true",
        "ssl_client_cert_file; /nowhere/ca.pem; ssl_client_cert_file: /nowhere/ca.pem",
        "ssl_capath; /nowhere; ssl_capath: /nowhere: no such directory",
        "ssl_capath; /etc/passwd; ssl_capath: /etc/passwd: cannot be read",
        "ssl_cafile; /nowhere/ca.pem; ssl_cafile: /nowhere/ca.pem: no such file",
        "ssl_cafile; /etc/passwd; ssl_cafile: /etc/passwd: not PEM",
        "ssl_client_cert_file; /etc; ssl_client_cert_file: /etc: cannot be read",
        "ssl_dhparam; /etc; ssl_dhparam: /etc: cannot be read"
      })
  void refusesWhatCannotWork(String setting, String value, String reason) {
    Server server = server(rsa(Map.of(setting, value)));

    if (reason == null) {
      assertEchoes(server);
    } else {
      assertThatThrownBy(server::startAsync)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(reason);
    }
  }

  @Test
  void refusesSuitesThatDoNotGoWithTheKey() {
    Server server = server(rsa(Map.of("ssl_ciphers", "ECDHE+ECDSA", "ssl_protocols", "TLSv1.2")));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no suite for a key of type RSA");
  }

  @Test
  void needsACertificate() {
    assertThatThrownBy(server(Map.of())::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ssl_cert_file: not set");
  }

  @Test
  void refusesABadCertificateForAName() {
    Map<String, Object> names = Map.of("a.example", Map.of("ssl_cert_file", "/nowhere/a.pem"));

    assertThatThrownBy(server(rsa(Map.of("ssl_sni_certs", names)))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ssl_sni_certs: a.example: ssl_cert_file: /nowhere/a.pem");
    assertThatThrownBy(
            server(rsa(Map.of("ssl_sni_certs", Map.of("b", Map.of("worker_num", 1)))))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker_num");
  }

  @Test
  void takesTheCipherStringOfTheNotesAndWarnsOfWordsWithoutMeaning() {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      assertEchoes(
          server(
              rsa(
                  Map.of(
                      "ssl_ciphers",
                      "ALL:!ADH:!EXPORT56:RC4+RSA:+HIGH:+MEDIUM:+LOW:+SSLv2:+EXP:TYPO"))));

      assertThat(log.messages(Level.WARN)).containsExactly("ssl_ciphers: TYPO has no effect here");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.*.example", "*", "*example", "a..example", "", "a example", "*.*.b"})
  void refusesANameThatNoClientCanAskFor(String name) {
    Map<String, Object> names =
        Map.of(name, Map.of("ssl_cert_file", certificates.path("both").toString()));

    assertThatThrownBy(server(rsa(Map.of("ssl_sni_certs", names)))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ssl_sni_certs: " + name + " (expected: a host name");
  }

  @Test
  void refusesANameThatStandsThereTwice() {
    Map<String, Object> own = Map.of("ssl_cert_file", certificates.path("both").toString());

    assertThatThrownBy(
            server(rsa(Map.of("ssl_sni_certs", Map.of("a.b", own, "A.b", own))))::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a name stands there twice");
  }

  @ParameterizedTest
  @CsvSource({"-10d, the certificate has expired, ", "+10d, the certificate is not valid before "})
  void warnsOfACertificateThatIsNotValidToday(String start, String text) throws Exception {
    Path store = path("store" + start);
    Path both = path("both" + start);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=a",
                "-validity",
                "1",
                "-storepass",
                "secret",
                "-startdate",
                start,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor()).isZero();
    pass("pkcs12", "-in", store, "-passin", "pass:secret", "-nodes", "-out", both);

    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      assertEchoes(server(Map.of("ssl_cert_file", both.toString())));

      assertThat(log.messages(Level.WARN))
          .singleElement()
          .asString()
          .startsWith("ssl_cert_file: " + both + ": " + text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ssl_cert_file; 7",
        "ssl_key_file; true",
        "ssl_passphrase; 7",
        "ssl_sni_certs; a",
        "ssl_method; nonsense",
        "ssl_method; -1",
        "ssl_method; 99999999999",
        "ssl_protocols; nonsense",
        "ssl_protocols; -1",
        "ssl_protocols; 99999999999",
        "ssl_ciphers; 7",
        "ssl_prefer_server_ciphers; maybe",
        "ssl_ecdh_curve; 7",
        "ssl_dhparam; 7",
        "ssl_compress; maybe",
        "ssl_session_tickets; 2",
        "ssl_verify_peer; maybe",
        "ssl_allow_self_signed; maybe",
        "ssl_client_cert_file; 7",
        "ssl_cafile; 7",
        "ssl_capath; 7",
        "ssl_verify_depth; -1",
        "ssl_verify_depth; 256",
        "ssl_verify_depth; 99999999999",
        "ssl_verify_depth; deep",
        "ssl_provider; schannel",
        "ssl_handshake_timeout; 0",
        "ssl_handshake_timeout; -1",
        "ssl_handshake_timeout; 99999999999",
        "ssl_handshake_timeout; soon"
      })
  void refusesValuesThatNoSettingCanHave(String setting, String text) {
    // A number where the setting is one of text, and the other way round.
    Object value = text.equals("7") ? (Object) 7 : text.equals("true") ? true : text;

    assertThatThrownBy(() -> server(Map.of(setting, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(setting + ": ")
        .hasMessageContaining("expected: ");
  }

  @Test
  void refusesNullForEverySetting() {
    assertThat(Settings.all())
        .filteredOn(setting -> setting.name().startsWith("ssl_"))
        .isNotEmpty()
        .allSatisfy(
            setting ->
                assertThatThrownBy(() -> server(Collections.singletonMap(setting.name(), null)))
                    .isInstanceOfAny(IllegalArgumentException.class, NullPointerException.class)
                    .hasMessageContaining(setting.name()));
  }

  @Test
  void leavesTheSuitesToTheProviderForAnEmptyString() {
    assertEchoes(server(rsa(Map.of("ssl_ciphers", ""))));
  }

  @ParameterizedTest
  @CsvSource({"ssl_compress, true", "ssl_session_tickets, false", "ssl_allow_self_signed, true"})
  void warnsOfOptionsWithoutEffect(String setting, boolean value) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      assertEchoes(server(rsa(Map.of(setting, value))));

      assertThat(log.contains(Level.WARN, setting + ": ")).isTrue();
    }
  }

  @Test
  void warnsOfParametersOfItsOwnForDiffieHellman() throws IOException {
    Path parameters = Files.writeString(directory.resolve("dh.pem"), "-----BEGIN DH PARAMETERS");

    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      assertEchoes(server(rsa(Map.of("ssl_dhparam", parameters.toString()))));

      assertThat(log.messages(Level.WARN))
          .containsExactly("ssl_dhparam: has no effect, the provider has parameters of its own");
    }
  }

  @Test
  void warnsOfOptionsOnAPortWithoutTls() {
    Server server =
        new Server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP)
            .set(Settings.SSL_CERT_FILE, "/nowhere")
            .on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      assertThat(log.contains(Level.WARN, "ssl_cert_file: has no effect")).isTrue();
    }
  }
}
