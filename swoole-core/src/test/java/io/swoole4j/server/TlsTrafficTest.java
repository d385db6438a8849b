// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Files, waiting sends and heartbeats over TLS. */
final class TlsTrafficTest {
  @TempDir static Path directory;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = Certificates.in(directory).authority("server", "localhost", "ec");
  }

  private static Server secured(ServerVariant variant) {
    return variant
        .newServer("127.0.0.1", SocketType.TCP.withSsl())
        .set(Settings.SSL_PROVIDER, "jdk")
        .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
        .set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
  }

  @ServerMatrix
  void unconfirmedClientsAreNotHeard(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
    Server server = secured(variant).set(Settings.WORKER_NUM, 1).set(Settings.REACTOR_NUM, 1);
    server.set(Settings.ENABLE_DELAY_RECEIVE, true);
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected.add(fd));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          heard.add(fd);
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port());
        TlsClient other = TlsClient.connect(running.port())) {
      long first = Traffic.take(connected);
      long second = Traffic.take(connected);
      client.send("early").shutdownOutput();
      other.send("x");
      assertThat(server.confirm(second)).isTrue();
      assertThat(other.readText(1)).isEqualTo("x");

      assertThat(Traffic.take(heard)).isEqualTo(second);
      assertThat(server.confirm(first)).isTrue();
      assertThat(client.readUntilEnd()).asString().isEqualTo("early");
    }
  }

  @ServerMatrix(transports = "nio")
  void recordThatDoesNotDecryptIsNoRefusedCertificate(ServerVariant variant) throws Exception {
    SSLEngine engine = TlsClient.context().createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    Server server = secured(variant);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(Arrays.copyOf(hello.array(), hello.position())).readExactly(1);
      client.send(new byte[] {23, 3, 3, 0, 2, 0, 0});

      client.readUntilClosed();
      log.awaitContains(Level.WARN, "[1018]");
    }
  }

  @ServerMatrix
  void sendsAFileWholeToASlowReader(ServerVariant variant) throws IOException {
    byte[] content = new byte[3 << 20];
    new Random(9).nextBytes(content);
    Path file = Files.write(directory.resolve("file"), content);
    Server server = secured(variant).set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 65_536);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          s.sendfile(fd, file.toString());
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port())) {
      assertThat(client.readUntilEnd()).isEqualTo(content);
    }
  }

  @ServerMatrix(modes = ServerMode.BASE, transports = "nio")
  void sendsFilesAlthoughTheirWorkerIsInterrupted(ServerVariant variant) throws IOException {
    byte[] content = Traffic.letters(1024);
    Path file = Files.write(directory.resolve("interrupted"), content);
    Server server = secured(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.sendfile(fd, file.toString());
          Thread.currentThread().interrupt();
          // Small enough to leave behind the handler, or so much that it leaves at once.
          s.send(fd, data[0] == '1' ? content : Traffic.letters(100 << 10));
        });

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port())) {
      assertThat(client.send("1").read(2 << 10)).hasSize(2 << 10);
      assertThat(client.send("2").read(101 << 10)).hasSize(101 << 10);
    }
  }

  @ServerMatrix
  void servesOthersWhileAFastReaderTakesAFileWithoutEnd(ServerVariant variant) throws Exception {
    Path file = directory.resolve(variant.toString().replace(' ', '-'));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 36);
    }
    Server server = secured(variant).set(Settings.REACTOR_NUM, 1).set(Settings.WORKER_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data[0] == 'f') {
            s.sendfile(fd, file.toString());
          } else {
            s.send(fd, data);
          }
        });

    try (RunningServer running = RunningServer.start(server);
        AutoCloseable taking = TlsClient.takingAll(running.port(), new byte[] {'f'})) {
      await().until(() -> (long) server.stats().get("total_send_bytes") > 1 << 24);
      // The handshake and each answer need a turn of the event loop that sends the file.
      try (TlsClient client = TlsClient.connect(running.port())) {
        for (int i = 0; i < 30; i++) {
          assertThat(client.send("x").readText(1)).isEqualTo("x");
        }
      }
      assertThat(server.getClientList()).contains(1L);
    }
  }

  @ServerMatrix
  void sendwaitAnswersAForeignHttpsClient(ServerVariant variant) {
    Server server = secured(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.sendwait(fd, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nswoole");
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      String body =
          PythonClient.run(
                  """
                  import ssl, sys, urllib.request
                  context = ssl.create_default_context(cafile=sys.argv[2])
                  url = "https://localhost:" + sys.argv[1] + "/"
                  with urllib.request.urlopen(url, timeout=30, context=context) as answer:
                      print(answer.status, answer.read().decode())
                  """,
                  running.port(),
                  certificates.crt("server"))
              .requireSuccess();

      assertThat(body).isEqualTo("200 swoole");
    }
  }

  @ServerMatrix
  void dropsSilentClientsByHeartbeatWhetherTheyHaveShakenHandsOrNot(ServerVariant variant) {
    Server server =
        secured(variant)
            .set(Settings.HEARTBEAT_CHECK_INTERVAL, 1)
            .set(Settings.HEARTBEAT_IDLE_TIME, 1)
            .set(Settings.SSL_HANDSHAKE_TIMEOUT, 3600.0)
            .on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    long begin = System.nanoTime();
    try (RunningServer running = RunningServer.start(server);
        RawClient plain = running.client();
        TlsClient client = shakenHands(running.port())) {
      assertThat(client.readUntilEnd()).isEmpty();
      // Times are kept in milliseconds, so it may be up to one less.
      assertThat(System.nanoTime() - begin).isGreaterThan(900_000_000);
      plain.expectClosed();
      await().until(() -> running.server().getClientList().isEmpty());
    }
  }

  /** On a machine that stands still for a second the heartbeat is faster than the client. */
  private static TlsClient shakenHands(int port) {
    return await()
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(() -> TlsClient.connect(port), client -> true);
  }

  @ServerMatrix
  void tellsThatAConnectionIsOverTls(ServerVariant variant) {
    Server server = secured(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            s.send(fd, String.valueOf(s.getClientInfo(fd).orElseThrow().socketType())));

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connect(running.port())) {
      assertThat(client.send("?".getBytes(UTF_8)).readText(3)).isEqualTo("513");
    }
  }
}
