// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Peers that go away in the middle of TLS, read slowly, or stand behind a proxy. */
final class TlsPeersTest {
  private static final int MAX_KEYS = 500_000;

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
        .set(Settings.SSL_KEY_FILE, certificates.key("server").toString())
        .on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  /** Goes away after 1, 41, 81, ... bytes of its side of a handshake, in three ways by turns. */
  private static final String CUT_OFF =
      """
      import socket, ssl, struct, sys
      port = int(sys.argv[1])
      def handshake(version, cut):
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
          context.check_hostname = False
          context.verify_mode = ssl.CERT_NONE
          context.minimum_version = context.maximum_version = version
          incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
          tls = context.wrap_bio(incoming, outgoing)
          with socket.create_connection(("127.0.0.1", port), 30) as peer:
              sent, done = 0, False
              while True:
                  try:
                      if not done: tls.do_handshake()
                      done = True
                  except ssl.SSLWantReadError: pass
                  data = outgoing.read()
                  part = data[:cut - sent]
                  peer.sendall(part)
                  sent += len(part)
                  if sent == cut: break
                  if done: return False
                  incoming.write(peer.recv(65536))
              if cut // 40 % 3 == 0:
                  peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
              elif cut // 40 % 3 == 1:
                  peer.shutdown(socket.SHUT_WR)
                  try:
                      while peer.recv(65536): pass
                  except ConnectionResetError: pass
          return True
      count = 0
      for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
          cut = 1
          while handshake(version, cut):
              cut += 40
              count += 1
          count += 1
      print(count)
      """;

  @ServerMatrix
  void thatGoAwayAtAnyStepOfTheHandshakeLeaveNothingBehind(ServerVariant variant) {
    AtomicInteger connects = new AtomicInteger();
    AtomicInteger closes = new AtomicInteger();
    Server server =
        secured(variant)
            .on(Event.CONNECT, (s, fd, reactorId) -> connects.incrementAndGet())
            .on(Event.CLOSE, (s, fd, reactorId) -> closes.incrementAndGet());

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      long count = Long.parseLong(PythonClient.run(CUT_OFF, running.port()).requireSuccess());

      assertThat(count).isGreaterThan(10);
      Traffic.untilNothingIsLeft(server);
      await().untilAsserted(() -> assertThat(closes).hasValue(connects.get()));
      Traffic.untilStats(
          server,
          Map.of(
              "accept_count", count, "close_count", count, "abort_count", count - connects.get()));
      assertThat(log.messages(Level.WARN)).isEmpty();
      try (TlsClient client = TlsClient.connect(running.port())) {
        assertThat(client.send("x").readText(1)).isEqualTo("x");
      }
    }
  }

  @ServerMatrix
  void thatReadSlowlyAreSentNoMoreThanSocketBufferSize(ServerVariant variant) throws Exception {
    int limit = 256 * 1024;
    byte[] message = Traffic.letters(32 * 1024);
    BlockingQueue<Integer> accepted = new LinkedBlockingQueue<>();
    Server server =
        secured(variant)
            .set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024)
            .set(Settings.SOCKET_BUFFER_SIZE, limit);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          int sent = 0;
          while (sent < 1000 && s.send(fd, message)) {
            sent++;
            assertThat(s.getClientInfo(fd).orElseThrow().sendQueuedBytes())
                .isLessThanOrEqualTo(limit);
          }
          assertThat(s.getLastError()).isEqualTo(1008);
          accepted.add(sent);
        });

    try (RunningServer running = RunningServer.start(server);
        TlsClient client = TlsClient.connectSlow(running.port(), p -> {});
        TlsClient other = TlsClient.connect(running.port())) {
      client.send("?");
      int sent = Traffic.take(accepted);

      // What the kernels of both sides hold comes on top.
      assertThat(sent).isBetween(limit / message.length, 900);
      assertThat(server.getClientInfo(1)).isPresent();
      for (int i = 0; i < sent; i++) {
        assertThat(Arrays.equals(client.read(message.length), message)).isTrue();
      }
      Traffic.until(() -> server.getClientInfo(1).orElseThrow().sendQueuedBytes() == 0);
      other.send("?");
      assertThat(other.read(message.length)).isEqualTo(message);
    }
  }

  @ServerMatrix(transports = "nio")
  void thatAskForNewKeysWithoutEndAndTakeNoAnswerAreDropped(ServerVariant variant)
      throws Exception {
    Server server =
        secured(variant)
            .set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024)
            .set(Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE, 16 * 1024);

    try (RunningServer running = RunningServer.start(server);
        TlsClient client =
            TlsClient.connectSlow(running.port(), p -> p.setProtocols(new String[] {"TLSv1.3"}));
        TlsClient other = TlsClient.connect(running.port())) {
      assertThat(client.send("x").readText(1)).isEqualTo("x");
      // Answers that are taken are no harm, however many.
      for (int i = 0; i < 30; i++) {
        client.socket().startHandshake();
        assertThat(client.send("x").readText(1)).isEqualTo("x");
      }

      assertThat(keysAskedForUntilDropped(client)).isLessThan(MAX_KEYS);
      Traffic.until(() -> server.getClientInfo(1).isEmpty());
      assertThat(other.send("x").readText(1)).isEqualTo("x");
    }
  }

  private static int keysAskedForUntilDropped(TlsClient client) {
    for (int i = 0; i < MAX_KEYS; i++) {
      try {
        client.socket().startHandshake();
      } catch (IOException e) {
        return i;
      }
    }
    return MAX_KEYS;
  }

  @ServerMatrix
  void behindAProxyAreWhomItNamesOverTlsToo(ServerVariant variant) {
    Server server =
        secured(variant)
            .set(Settings.OPEN_PROXY_PROTOCOL, true)
            .set(Settings.PROXY_HEADER_TIME, 60.0)
            .set(Settings.PROXY_TRUSTED, List.of("127.0.0.1"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          ClientInfo info = s.getClientInfo(fd).orElseThrow();
          s.send(fd, info.remoteIp() + " " + info.remotePort());
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      String answers =
          PythonClient.run(
                  """
                  import socket, ssl, struct, sys
                  header = b"\\r\\n\\r\\n\\0\\r\\nQUIT\\n" + struct.pack("!BBH", 0x21, 0x11, 12)
                  header += socket.inet_aton("203.0.113.9") + socket.inet_aton("192.0.2.1")
                  header += struct.pack("!HH", 4711, 443)
                  context = ssl.create_default_context(cafile=sys.argv[2])
                  for line in (b"PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\\r\\n", header):
                      incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                      tls = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
                      # The header and the first message of TLS in one packet.
                      with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30) as peer:
                          pending = line
                          def until(step):
                              global pending
                              while True:
                                  try: result = step()
                                  except ssl.SSLWantReadError: result = None
                                  data, pending = pending + outgoing.read(), b""
                                  if data: peer.sendall(data)
                                  if result: return result
                                  incoming.write(peer.recv(65536))
                          until(lambda: tls.do_handshake() or True)
                          until(lambda: tls.write(b"who"))
                          print(until(lambda: tls.read(100)).decode())
                  """,
                  running.port(),
                  certificates.crt("server"))
              .requireSuccess();

      assertThat(answers.lines()).containsExactly("203.0.113.7 56324", "203.0.113.9 4711");
      assertThat(log.messages(Level.WARN)).isEmpty();
      // Without the header it is no proxy, and TLS never begins; enough of it to tell.
      byte[] hello = Arrays.copyOf(new byte[] {22, 3, 1, 0, 1, 1}, 200);
      running.client().send(hello).expectClosed();
      log.awaitContains(Level.WARN, "PROXY protocol: connection refused");
    }
  }

  @ServerMatrix
  void onAUnixSocketSpeakTlsToo(ServerVariant variant) {
    Path path = directory.resolve(variant.toString().replace(' ', '-'));
    List<String> events = new CopyOnWriteArrayList<>();
    Server server =
        variant
            .newServer(path.toString(), SocketType.UNIX_STREAM.withSsl())
            .set(Settings.SSL_PROVIDER, "jdk")
            .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
            .set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) ->
            events.add("connect " + s.getClientInfo(fd).orElseThrow().socketType()));
    server.on(Event.CLOSE, (s, fd, reactorId) -> events.add("close"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      String answers =
          PythonClient.run(
                  """
                  import socket, ssl, sys
                  def connect():
                      peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                      peer.settimeout(30)
                      peer.connect(sys.argv[1])
                      return peer
                  context = ssl.create_default_context(cafile=sys.argv[2])
                  for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                      context.minimum_version = context.maximum_version = version
                      with connect() as peer:
                          with context.wrap_socket(peer, server_hostname="localhost") as tls:
                              data, answer = b"x" * 300_000 + b"end", b""
                              tls.sendall(data)
                              while len(answer) < len(data): answer += tls.recv(65536)
                              print(tls.version(), answer == data)
                  with connect() as peer:
                      peer.sendall(b"GET / HTTP/1.1\\r\\n\\r\\n")
                      try:
                          while peer.recv(1000): pass
                      except ConnectionError: pass
                  connect().close()
                  """,
                  path,
                  certificates.crt("server"))
              .requireSuccess();

      assertThat(answers.lines()).containsExactly("TLSv1.2 True", "TLSv1.3 True");
      log.awaitContains(Level.WARN, "bad SSL client");
      Traffic.untilNothingIsLeft(server);
      await().until(() -> events.size() == 4);
      assertThat(events).containsExactlyInAnyOrder("connect 517", "close", "connect 517", "close");
      running.server().reloadTls();
      assertThat(log.messages(Level.WARN)).hasSize(1);
    }
  }
}
