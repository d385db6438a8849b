// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.error.PortBindException;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports that are Unix sockets, for connections and for datagrams, and their files. */
class UnixSocketTest {

  private static final String STREAM_CLIENT =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
      s.settimeout(30)
      s.connect(sys.argv[1])
      s.sendall(b'x' * 100000 + b'end')
      if len(sys.argv) > 2:
          s.shutdown(socket.SHUT_WR)
      answer = b''
      while len(answer) < 100003 or len(sys.argv) > 2:
          part = s.recv(65536)
          if not part:
              break
          answer += part
      assert answer == b'x' * 100000 + b'end', len(answer)
      print('done')
      """;

  private static final String DATAGRAM_CLIENT =
      """
      import os, socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.settimeout(30)
      s.bind(sys.argv[2])
      for data in (b'', b'one', b'x' * 65507):
          s.sendto(data, sys.argv[1])
          answer, sender = s.recvfrom(70000)
          assert answer == data and sender == sys.argv[1], (len(answer), sender)
      print('done')
      """;

  private static Server stream(ServerVariant variant, Path path) {
    return variant
        .newServer(path.toString(), SocketType.UNIX_STREAM)
        .on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  private static Server datagrams(ServerVariant variant, Path path) {
    return variant
        .newServer(path.toString(), SocketType.UNIX_DGRAM)
        .on(Event.PACKET, (s, data, client) -> assertThat(s.send(client.address(), data)).isTrue());
  }

  @ServerMatrix
  void carriesConnectionsOfPython(ServerVariant variant, @TempDir Path directory) {
    Path path = directory.resolve("s");
    Journal journal = new Journal();
    Server server = stream(variant, path);
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          ClientInfo info = s.getClientInfo(fd).orElseThrow();
          journal.add(
              info.socketType()
                  + " "
                  + info.serverPort()
                  + " '"
                  + info.remoteIp()
                  + "' "
                  + info.remotePort());
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + fd));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PythonClient.run(STREAM_CLIENT, path).requireSuccess()).isEqualTo("done");
      journal.waitFor("close 1");
      assertThat(journal.lines()).containsExactly("5 0 '' 0", "close 1");
      assertThat(server.getSocket().orElseThrow().address())
          .isEqualTo(UnixDomainSocketAddress.of(path));
      assertThat(running.port()).isZero();
      assertThat(server.ports().get(0)).hasToString(path.toString());
    }
    assertThat(path).doesNotExist();
  }

  @ServerMatrix(transports = "epoll")
  void answersClientThatHasEndedItsSide(ServerVariant variant, @TempDir Path directory) {
    Path path = directory.resolve("s");

    try (RunningServer running = RunningServer.start(stream(variant, path))) {
      assertThat(PythonClient.run(STREAM_CLIENT, path, "half").requireSuccess()).isEqualTo("done");
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
  }

  @ServerMatrix(transports = "epoll")
  void carriesDatagramsOfPython(ServerVariant variant, @TempDir Path directory) throws Exception {
    Path path = directory.resolve("s");
    Path own = directory.resolve("c");
    BlockingQueue<PacketInfo> seen = new LinkedBlockingQueue<>();
    Server server = datagrams(variant, path);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          seen.add(client);
          assertThat(s.send(client.address(), data)).isTrue();
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PythonClient.run(DATAGRAM_CLIENT, path, own).requireSuccess()).isEqualTo("done");
      PacketInfo info = Traffic.take(seen);
      assertThat(info.address()).isEqualTo(own.toString());
      assertThat(info.port()).isZero();
      assertThat(info.serverPort()).isZero();
      assertThat(running.server().stats()).containsEntry("dropped_datagram_count", 0L);
    }
    assertThat(path).doesNotExist();
  }

  @ServerMatrix(transports = "epoll")
  void tellsWhenTheReceiverDoesNotReadOrIsGone(ServerVariant variant, @TempDir Path directory)
      throws Exception {
    Path path = directory.resolve("s");
    Path own = directory.resolve("c");
    BlockingQueue<Integer> errors = new LinkedBlockingQueue<>();
    Server server = variant.newServer(path.toString(), SocketType.UNIX_DGRAM);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          int sent = 0;
          while (s.send(client.address(), new byte[65507])) {
            assertThat(++sent).isLessThan(10_000);
          }
          errors.add(s.getLastError());
          Files.createFile(path.resolveSibling("go"));
        });
    String script =
        """
        import os, socket, sys, time
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.settimeout(30)
        s.bind(sys.argv[2])
        s.sendto(b'flood', sys.argv[1])
        limit = time.monotonic() + 30
        while not os.path.exists(sys.argv[3]):
            assert time.monotonic() < limit
            time.sleep(0.01)
        assert len(s.recv(70000)) == 65507
        print('done')
        """;

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PythonClient.run(script, path, own, directory.resolve("go")).requireSuccess())
          .isEqualTo("done");
      assertThat(Traffic.take(errors)).isEqualTo(1008);
      assertThat(running.server().send(own.toString(), "gone".getBytes(UTF_8))).isFalse();
      assertThat(running.server().getLastError()).isEqualTo(111);
      assertThat(running.server().send(directory + "/never", "nobody")).isFalse();
      assertThat(running.server().getLastError()).isEqualTo(2);
      assertThat(running.server().send(own.toString(), new byte[1], Integer.MAX_VALUE)).isFalse();
      assertThat(running.server().getLastError()).isEqualTo(507);
      assertThat(running.server().send("/" + "x".repeat(200), new byte[1])).isFalse();
      assertThat(running.server().getLastError()).isEqualTo(505);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "epoll")
  void keepsSendersWaitingInsteadOfDropping(ServerVariant variant, @TempDir Path directory)
      throws Exception {
    Path path = directory.resolve("s");
    CountDownLatch release = new CountDownLatch(1);
    Journal journal = new Journal();
    Server server = variant.newServer(path.toString(), SocketType.UNIX_DGRAM);
    server.set(Settings.WORKER_NUM, 1).set("max_queued_bytes", 10_000);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          journal.add("packet");
          assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
          s.send(client.address(), data);
        });
    String script =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.settimeout(0.2)
        s.bind(sys.argv[2])
        sent = 0
        try:
            while sent < 5000:
                s.sendto(b'%06d' % sent + b'x' * 994, sys.argv[1])
                sent += 1
        except (BlockingIOError, TimeoutError):
            pass
        assert 0 < sent < 5000, sent
        print(sent)
        """;

    try (RunningServer running = RunningServer.start(server)) {
      int sent =
          Integer.parseInt(PythonClient.run(script, path, directory.resolve("c")).requireSuccess());
      release.countDown();
      journal.waitFor("packet", sent);
      assertThat(running.server().stats()).containsEntry("dropped_datagram_count", 0L);
    }
  }

  @ServerMatrix
  void livesBesideOtherPorts(ServerVariant variant, @TempDir Path directory) {
    Path path = directory.resolve("s");
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.addListener(path.toString(), 0, SocketType.UNIX_STREAM);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PythonClient.run(STREAM_CLIENT, path).requireSuccess()).isEqualTo("done");
      assertThat(running.client().send("tcp").readText(3)).isEqualTo("tcp");
    }
  }

  @ServerMatrix
  void takesThePlaceOfADeadSocket(ServerVariant variant, @TempDir Path directory)
      throws IOException {
    Path path = directory.resolve("s");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();

    try (RunningServer running = RunningServer.start(stream(variant, path))) {
      assertThat(PythonClient.run(STREAM_CLIENT, path).requireSuccess()).isEqualTo("done");
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
  }

  @ServerMatrix
  void refusesThePlaceOfALiveSocketAndOfOtherFiles(ServerVariant variant, @TempDir Path directory)
      throws IOException {
    Path path = directory.resolve("s");
    Path file = Files.writeString(directory.resolve("file"), "precious");
    try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(path), 1);
      Descriptors before = Descriptors.snapshot();
      for (Path taken : new Path[] {path, file}) {
        assertThatThrownBy(() -> stream(variant, taken).startAsync())
            .isInstanceOfSatisfying(
                PortBindException.class,
                failure -> {
                  assertThat(failure.errno()).isEqualTo(98);
                  assertThat(failure)
                      .hasMessage(
                          "failed to listen on " + taken + ": Address already in use (errno 98)");
                });
      }
      before.awaitNothingOpenedSince();
    }
    assertThat(path).exists();
    assertThat(file).hasContent("precious");
  }

  @ServerMatrix(transports = "epoll")
  void refusesThePlaceOfALiveDatagramSocket(ServerVariant variant, @TempDir Path directory) {
    Path path = directory.resolve("s");

    try (RunningServer running = RunningServer.start(datagrams(variant, path))) {
      assertThatThrownBy(() -> datagrams(variant, path).startAsync())
          .isInstanceOf(PortBindException.class);
      assertThat(PythonClient.run(DATAGRAM_CLIENT, path, directory.resolve("c")).requireSuccess())
          .isEqualTo("done");
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
    try (RunningServer again = RunningServer.start(datagrams(variant, path))) {
      assertThat(again.server().state()).isEqualTo(ServerState.RUNNING);
    }
  }

  @ServerMatrix(transports = "epoll")
  void leavesTheFileOfAnotherServerAlone(ServerVariant variant, @TempDir Path directory)
      throws IOException {
    Path path = directory.resolve("s");
    Path later = directory.resolve("later");
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      try (RunningServer running = RunningServer.start(datagrams(variant, path))) {
        other.bind(UnixDomainSocketAddress.of(later));
        Files.move(later, path, StandardCopyOption.REPLACE_EXISTING);
        assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
      }
      assertThat(path).exists();
    }
  }

  @ServerMatrix
  void givesTheFileTheModeThatWasSet(ServerVariant variant, @TempDir Path directory)
      throws IOException {
    Path path = directory.resolve("s");
    Server server = stream(variant, path).set(Map.of("unix_socket_mode", "620"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw--w----");
      assertThat(running.server().setting(Settings.UNIX_SOCKET_MODE)).isEqualTo(0620);
    }
  }

  @ServerMatrix
  void namesThePathWhereItCannotBe(ServerVariant variant, @TempDir Path directory) {
    Path path = directory.resolve("none").resolve("s");

    assertThatThrownBy(() -> stream(variant, path).startAsync())
        .isInstanceOf(PortBindException.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void refusesDatagramsWhereTheJdkHasNone(@TempDir Path directory) {
    Server server = datagrams(new ServerVariant(ServerMode.BASE, "nio"), directory.resolve("s"));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("UNIX_DGRAM (expected: another transport than nio");
  }

  @Test
  void cannotBeBehindProxiesThatAreTrustedByAddress(@TempDir Path folder) {
    Server server = new Server("127.0.0.1", 0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server
        .addListener(folder.resolve("s").toString(), 0, SocketType.UNIX_STREAM)
        .set(Map.of("open_proxy_protocol", true, "proxy_trusted", "127.0.0.1"));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("open_proxy_protocol: true (expected: false on a Unix socket");
  }
}
