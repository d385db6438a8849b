// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Which certificate a client gets: by the name it asks for, and after a reload. */
final class TlsReloadTest {
  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates =
        Certificates.in(directory)
            .authority("first", "first", "ec")
            .authority("second", "second", "rsa")
            .authority("a", "a.example", "ec")
            .authority("wild", "wild", "ec");
  }

  private static Server server(ServerVariant variant, Path crt, Path key) {
    return variant
        .newServer("127.0.0.1", SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, "jdk")
        .set(Settings.SSL_CERT_FILE, crt.toString())
        .set(Settings.SSL_KEY_FILE, key.toString())
        .on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  private static Map<String, String> files(String name) {
    return Map.of(
        "ssl_cert_file", certificates.crt(name).toString(),
        "ssl_key_file", certificates.key(name).toString());
  }

  private static String subject(RunningServer running, String host) {
    try (TlsClient client = TlsClient.connect(running.port(), host)) {
      assertThat(client.send("x").readText(1)).isEqualTo("x");
      return client.serverSubject();
    }
  }

  @ServerMatrix
  void givesTheCertificateOfTheNameThatIsAskedFor(ServerVariant variant) {
    Server server = server(variant, certificates.crt("first"), certificates.key("first"));
    server.set(
        Settings.SSL_SNI_CERTS, Map.of("A.example", files("a"), "*.wild.example", files("wild")));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(subject(running, "a.example")).isEqualTo("CN=a.example,O=swoole");
      assertThat(subject(running, "A.EXAMPLE")).isEqualTo("CN=a.example,O=swoole");
      assertThat(subject(running, "b.wild.example")).isEqualTo("CN=wild,O=swoole");
      assertThat(subject(running, "c.b.wild.example")).isEqualTo("CN=first,O=swoole");
      assertThat(subject(running, "other.example")).isEqualTo("CN=first,O=swoole");
      try (TlsClient client = TlsClient.connect(running.port())) {
        assertThat(client.serverSubject()).isEqualTo("CN=first,O=swoole");
      }
    }
  }

  @ServerMatrix
  void reloadUsesNewFilesForNewConnectionsAndKeepsTheOthers(ServerVariant variant)
      throws IOException {
    Path crt = directory.resolve(variant.toString().replace(' ', '-') + ".crt");
    Path key = directory.resolve(variant.toString().replace(' ', '-') + ".key");
    copy("first", crt, key);

    try (RunningServer running = RunningServer.start(server(variant, crt, key));
        TlsClient before = TlsClient.connect(running.port())) {
      assertThat(before.send("1").readText(1)).isEqualTo("1");

      copy("second", crt, key);
      assertThat(subject(running, "x.example")).isEqualTo("CN=first,O=swoole");
      running.server().reloadTls();
      assertThat(subject(running, "x.example")).isEqualTo("CN=second,O=swoole");

      Files.copy(certificates.key("first"), key, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> running.server().reloadTls())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("does not match");
      assertThat(subject(running, "x.example")).isEqualTo("CN=second,O=swoole");
      assertThat(before.send("2").readText(1)).isEqualTo("2");
    }
  }

  @Test
  void reloadOfOnePortLeavesTheOthersAndOfAllTakesAllOrNone() throws IOException {
    Files.createDirectories(directory.resolve("ports"));
    Path crt = directory.resolve("ports/both.crt");
    Path key = directory.resolve("ports/both.key");
    Path other = directory.resolve("ports/other.crt");
    copy("first", crt, key);
    Files.copy(crt, other);
    Server server = server(new ServerVariant(ServerMode.PROCESS, "auto"), crt, key);
    ServerPort port =
        server
            .addListener("127.0.0.1", 0, SocketType.TCP.withSsl())
            .set(Settings.SSL_CERT_FILE, other.toString());
    ServerPort plain = server.addListener("127.0.0.1", 0, SocketType.TCP);

    try (LogCapture log = LogCapture.of("io.swoole4j", Level.INFO);
        RunningServer running = RunningServer.start(server)) {
      copy("second", crt, key);
      running.server().ports().get(0).reloadTls();
      assertThat(subject(running.port())).isEqualTo("CN=second,O=swoole");
      assertThat(subject(port.port())).isEqualTo("CN=first,O=swoole");
      log.awaitContains(Level.INFO, "port 127.0.0.1:" + running.port() + ": certificates reloaded");

      copy("first", crt, key);
      Files.delete(other);
      assertThatThrownBy(server::reloadTls)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("port 127.0.0.1:" + port.port() + ": ssl_cert_file: " + other)
          .hasMessageContaining("no such file");
      assertThatThrownBy(port::reloadTls).isInstanceOf(IllegalStateException.class);
      assertThat(subject(running.port())).isEqualTo("CN=second,O=swoole");
      assertThat(subject(port.port())).isEqualTo("CN=first,O=swoole");
      assertThatThrownBy(plain::reloadTls)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no port with TLS");
    }
    assertThatThrownBy(port::reloadTls)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TERMINATED");
  }

  private static String subject(int port) {
    try (TlsClient client = TlsClient.connect(port)) {
      assertThat(client.send("x").readText(1)).isEqualTo("x");
      return client.serverSubject();
    }
  }

  @ServerMatrix(transports = "nio")
  void reloadsUnderTrafficCostNobodyAConnectionOrAByte(ServerVariant variant) throws Exception {
    Path crt = directory.resolve(variant.mode() + "-traffic.crt");
    Path key = directory.resolve(variant.mode() + "-traffic.key");
    copy("first", crt, key);
    AtomicBoolean ended = new AtomicBoolean();

    try (RunningServer running = RunningServer.start(server(variant, crt, key))) {
      CompletableFuture<Integer> old =
          CompletableFuture.supplyAsync(() -> exchanges(running.port(), ended, false));
      CompletableFuture<Integer> fresh =
          CompletableFuture.supplyAsync(() -> exchanges(running.port(), ended, true));
      try {
        for (int i = 0; i < 20; i++) {
          copy(i % 2 == 0 ? "second" : "first", crt, key);
          running.server().reloadTls();
        }
      } finally {
        ended.set(true);
      }

      assertThat(old.get(30, TimeUnit.SECONDS)).isPositive();
      assertThat(fresh.get(30, TimeUnit.SECONDS)).isPositive();
      assertThat(running.server().stats()).containsEntry("abort_count", 0L);
    }
  }

  /** Asks again and again on one connection, or on a new one each time; every answer counts. */
  private static int exchanges(int port, AtomicBoolean ended, boolean fresh) {
    int answers = 0;
    TlsClient client = TlsClient.connect(port);
    do {
      if (fresh) {
        client.close();
        client = TlsClient.connect(port);
      }
      assertThat(client.send("x" + answers).readText(("x" + answers).length()))
          .isEqualTo("x" + answers);
      answers++;
    } while (!ended.get());
    client.close();
    return answers;
  }

  private static void copy(String name, Path crt, Path key) throws IOException {
    Files.copy(certificates.crt(name), crt, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(certificates.key(name), key, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void reloadNeedsARunningServerWithTls() {
    Server server =
        new Server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP)
            .on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatThrownBy(server::reloadTls)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("NEW");
    try (RunningServer running = RunningServer.start(server)) {
      assertThatThrownBy(() -> running.server().reloadTls())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no port with TLS");
    }
  }
}
