// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.error.PortBindException;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Ports for UDP: datagrams in, datagrams out, beside ports for connections. */
class DatagramTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static final int LIMIT_MILLIS = 30_000;

  private static final PacketHandler ECHO =
      (server, data, client) ->
          assertThat(server.sendto(client.address(), client.port(), data, client.serverSocket()))
              .isTrue();

  private static Server udp(ServerVariant variant) {
    return variant.newServer("127.0.0.1", SocketType.UDP).on(Event.PACKET, ECHO);
  }

  /** A client's socket that fails a test instead of waiting for ever. */
  private static DatagramSocket client(ServerPort port) throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(port.host(), 0));
    socket.setSoTimeout(LIMIT_MILLIS);
    socket.setReceiveBufferSize(1 << 20);
    socket.connect(InetAddress.getByName(port.host()), port.port());
    return socket;
  }

  private static DatagramSocket client(RunningServer running) throws IOException {
    return client(running.server().ports().get(0));
  }

  private static void send(DatagramSocket socket, byte[] data) throws IOException {
    socket.send(new DatagramPacket(data, data.length));
  }

  private static byte[] receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private static String ask(DatagramSocket socket, String text) throws IOException {
    send(socket, text.getBytes(UTF_8));
    return new String(receive(socket), UTF_8);
  }

  @ServerMatrix
  void areEchoedWholeUpToTheLongest(ServerVariant variant) throws IOException {
    Random random = new Random(1);

    try (RunningServer running = RunningServer.start(udp(variant));
        DatagramSocket client = client(running)) {
      // The JDK sends no empty datagram on a connected socket: Python does that below.
      for (int length : new int[] {1, 2048, 2049, 9000, 65507}) {
        byte[] data = new byte[length];
        random.nextBytes(data);
        send(client, data);
        assertThat(receive(client)).isEqualTo(data);
      }
    }
  }

  @ServerMatrix
  void tellWhereTheyComeFrom(ServerVariant variant) throws Exception {
    BlockingQueue<PacketInfo> seen = new LinkedBlockingQueue<>();
    Server server = udp(variant);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          assertThat(s.workerId()).isNotNegative();
          seen.add(client);
        });

    double before = System.currentTimeMillis() / 1000.0;
    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      send(client, new byte[3]);

      PacketInfo info = Traffic.take(seen);
      assertThat(info.address()).isEqualTo("127.0.0.1");
      assertThat(info.port()).isEqualTo(client.getLocalPort());
      assertThat(info.serverPort()).isEqualTo(running.port());
      int descriptor = server.getSocket().orElseThrow().descriptor();
      assertThat(info.serverSocket()).isEqualTo(Math.max(descriptor, 0));
      assertThat(info.dispatchTime()).isBetween(before, System.currentTimeMillis() / 1000.0);
      assertThat(info.asMap())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "address", info.address(),
                  "port", info.port(),
                  "server_port", info.serverPort(),
                  "server_socket", info.serverSocket(),
                  "dispatch_time", info.dispatchTime()));
      assertThat(info.fd()).isEqualTo(0x7f000001L);
      await().untilAsserted(() -> assertThat(server.stats()).containsEntry("request_count", 1L));
      assertThat(server.stats())
          .containsEntry("dispatch_count", 1L)
          .containsEntry("total_recv_bytes", 3L)
          .containsEntry("accept_count", 0L)
          .containsEntry("connection_num", 0);
    }
  }

  @ServerMatrix
  void areAnsweredOverIpv6AndIpv4ByPython(ServerVariant variant) {
    Server server = udp(variant);
    ServerPort six = server.addListener("::1", 0, SocketType.UDP6);
    six.on(Event.PACKET, (s, data, client) -> s.sendto(client.address(), client.port(), data));

    try (RunningServer running = RunningServer.start(server)) {
      String script =
          """
          import socket, sys
          for family, host, port in ((socket.AF_INET, '127.0.0.1', int(sys.argv[1])),
                                     (socket.AF_INET6, '::1', int(sys.argv[2]))):
              s = socket.socket(family, socket.SOCK_DGRAM)
              s.settimeout(30)
              for data in (b'', b'one', b'x' * 65507):
                  s.sendto(data, (host, port))
                  answer, sender = s.recvfrom(65536)
                  assert answer == data and sender[:2] == (host, port), (len(answer), sender)
          print('done')
          """;
      assertThat(PythonClient.run(script, running.port(), six.port()).requireSuccess())
          .isEqualTo("done");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areAnsweredOverIpv4ByPortOfBothFamilies(ServerVariant variant) throws IOException {
    Server server = variant.newServer("::", SocketType.UDP6);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          assertThat(client.address()).isEqualTo("127.0.0.1");
          assertThat(s.sendto(client.address(), client.port(), data)).isTrue();
        });

    InetAddress ipv4 = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = new DatagramSocket(new InetSocketAddress(ipv4, 0))) {
      client.setSoTimeout(LIMIT_MILLIS);
      client.connect(ipv4, running.port());
      assertThat(ask(client, "both")).isEqualTo("both");
    }
  }

  @ServerMatrix
  void endServerThatAnswersWhileItStops(ServerVariant variant) throws IOException {
    Server server = udp(variant);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          if (new String(data, UTF_8).equals("shutdown")) {
            s.shutdown();
          }
          ECHO.onPacket(s, data, client);
        });

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      assertThat(ask(client, "hello")).isEqualTo("hello");
      assertThat(ask(client, "shutdown")).isEqualTo("shutdown");
      running.awaitTerminated();
    }
    assertThat(server.sendto("127.0.0.1", 9, "late")).isFalse();
    assertThat(server.getLastError()).isEqualTo(ErrorCode.OPERATION_NOT_SUPPORTED.code());
  }

  @ServerMatrix
  void liveBesideConnections(ServerVariant variant) throws IOException {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    ServerPort first = server.addListener("127.0.0.1", 0, SocketType.UDP);
    ServerPort second = server.addListener("127.0.0.1", 0, SocketType.UDP);
    server.on(Event.PACKET, ECHO);
    second.on(
        Event.PACKET,
        (s, data, info) ->
            assertThat(
                    second.sendto(
                        info.address(), info.port(), ("2" + info.serverPort()).getBytes(UTF_8)))
                .isTrue());

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket one = client(first);
        DatagramSocket two = client(second)) {
      RawClient stream = running.client();
      assertThat(stream.send("tcp").readText(3)).isEqualTo("tcp");
      assertThat(ask(one, "udp")).isEqualTo("udp");
      assertThat(ask(two, "?")).isEqualTo("2" + second.port());
      assertThat(ask(one, "udp")).isEqualTo("udp");
      assertThat(server.connections()).hasSize(1);
      assertThat(first.sendto("127.0.0.1", one.getLocalPort(), "push".getBytes(UTF_8))).isTrue();
      assertThat(new String(receive(one), UTF_8)).isEqualTo("push");
      assertThat(server.ports().get(0).sendto("127.0.0.1", 9, new byte[1])).isFalse();
      assertThat(server.getLastError()).isEqualTo(507);
    }
  }

  @ServerMatrix
  void areAnsweredByNumberAsInOldPrograms(ServerVariant variant) throws IOException {
    Server server = udp(variant);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          String text = new String(data, UTF_8);
          assertThat(s.send(client.fd(), text, client.extraData())).isTrue();
        });

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      assertThat(ask(client, "number")).isEqualTo("number");
      assertThat(server.send(1, new byte[1], 0)).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.SESSION_NOT_EXIST.code());
      assertThat(server.send(0, new byte[1], 9)).isFalse();
      assertThat(server.getLastError()).isEqualTo(ErrorCode.INVALID_PARAMS.code());
    }
  }

  @ServerMatrix
  void areRefusedWhereTheyCannotBeSent(ServerVariant variant) {
    Server server = udp(variant);
    assertThat(server.sendto("127.0.0.1", 9, "early")).isFalse();
    assertThat(server.getLastError()).isEqualTo(507);

    try (RunningServer running = RunningServer.start(server)) {
      for (String address : new String[] {"localhost", "1.2.3", "", "1.2.3.4.5", "::g"}) {
        assertThat(server.sendto(address, 9, "x")).as(address).isFalse();
        assertThat(server.getLastError()).isEqualTo(505);
      }
      for (int port : new int[] {0, -1, 65536}) {
        assertThat(server.sendto("127.0.0.1", port, "x")).isFalse();
        assertThat(server.getLastError()).isEqualTo(505);
      }
      assertThat(server.sendto("127.0.0.1", 9, new byte[65508])).isFalse();
      assertThat(server.getLastError()).isEqualTo(1202);
      assertThat(server.sendto("::1", 9, "no such port")).isFalse();
      assertThat(server.getLastError()).isEqualTo(507);
      assertThat(server.sendto("127.0.0.1", 9, new byte[1], 99_999)).isFalse();
      assertThat(server.getLastError()).isEqualTo(507);
      assertThat(server.sendto("/tmp/nobody", 0, "no such port")).isFalse();
      assertThat(server.getLastError()).isEqualTo(507);
    }
  }

  @ServerMatrix
  void needTheirHandlerOnEachPort(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Server alone = variant.newServer("127.0.0.1", SocketType.UDP);
    alone.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    Server beside = variant.newServer();
    beside.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    beside.addListener("127.0.0.1", 0, SocketType.UDP);
    Server opposite = udp(variant);
    opposite.addListener("127.0.0.1", 0, SocketType.TCP);

    assertThatThrownBy(alone::startAsync).hasMessageContaining("require onPacket callback");
    assertThatThrownBy(beside::startAsync).hasMessageContaining("require onPacket callback");
    assertThatThrownBy(opposite::startAsync).hasMessageContaining("require onReceive callback");
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void cannotShareThePortOfAnother(ServerVariant variant) throws IOException {
    try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      Descriptors before = Descriptors.snapshot();
      Server server = variant.newServer();
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {}).on(Event.PACKET, ECHO);
      server.addListener("127.0.0.1", taken.getLocalPort(), SocketType.UDP);

      assertThatThrownBy(server::startAsync)
          .isInstanceOfSatisfying(
              PortBindException.class,
              failure -> {
                assertThat(failure.errno()).isEqualTo(98);
                assertThat(failure.port()).isEqualTo(taken.getLocalPort());
              });
      before.awaitNothingOpenedSince();
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of packet threw")
  void surviveHandlerThatThrows(ServerVariant variant) throws Exception {
    BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    Server server = udp(variant);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          if (data.length == 1) {
            throw new IllegalStateException("one byte");
          }
          ECHO.onPacket(s, data, client);
        });
    server.on(Event.ERROR, (s, event, fd, workerId, cause) -> failures.add(event + " " + fd));

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      send(client, new byte[1]);
      assertThat(Traffic.take(failures)).isEqualTo("packet 0");
      assertThat(ask(client, "two")).isEqualTo("two");
    }
  }

  @ServerMatrix
  void comeAsObjects(ServerVariant variant) throws IOException {
    Server server = variant.newServer("127.0.0.1", SocketType.UDP).set("event_object", true);
    server.on(
        Event.PACKET_OBJECT,
        (s, packet) -> {
          assertThat(packet.serverPort()).isEqualTo(s.getPort());
          assertThat(packet.dispatchTime()).isPositive();
          s.sendto(packet.address(), packet.port(), packet.data(), packet.serverSocket());
        });

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      assertThat(ask(client, "object")).isEqualTo("object");
    }
  }

  @ServerMatrix
  void areSentByInterruptedThreadsToo(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(udp(variant));
        DatagramSocket client = client(running)) {
      Thread.currentThread().interrupt();
      boolean sent = running.server().sendto("127.0.0.1", client.getLocalPort(), "interrupted");
      assertThat(Thread.interrupted()).isTrue();

      assertThat(sent).isTrue();
      assertThat(new String(receive(client), UTF_8)).isEqualTo("interrupted");
      assertThat(ask(client, "still there")).isEqualTo("still there");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areDroppedAndCountedWhenTheirWorkerIsBusy(ServerVariant variant) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = udp(variant).set(Settings.WORKER_NUM, 1).set("max_queued_bytes", 4000);
    server.on(
        Event.PACKET,
        (s, data, client) -> {
          begun.countDown();
          assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
          ECHO.onPacket(s, data, client);
        });

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      for (int i = 0; i < 20; i++) {
        send(client, new byte[1000]);
      }
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      await()
          .untilAsserted(
              () -> assertThat((long) server.stats().get("dropped_datagram_count")).isPositive());
      await()
          .untilAsserted(
              () -> assertThat(server.stats()).containsEntry("total_recv_bytes", 20_000L));
      long dropped = (long) server.stats().get("dropped_datagram_count");
      release.countDown();
      for (long i = dropped; i < 20; i++) {
        assertThat(receive(client)).hasSize(1000);
      }
      assertThat(ask(client, "again")).isEqualTo("again");
      assertThat(dropped).isEqualTo(17);
    }
  }

  private static Server routed(ServerVariant variant, int mode) {
    Server server = udp(variant).set(Settings.WORKER_NUM, 3).set("dispatch_mode", mode);
    server.on(
        Event.PACKET,
        (s, data, client) ->
            s.sendto(client.address(), client.port(), "" + s.workerId(), client.serverSocket()));
    return server;
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void goRoundInMode1(ServerVariant variant) throws IOException {
    try (RunningServer running = RunningServer.start(routed(variant, 1));
        DatagramSocket client = client(running)) {
      assertThat(ask(client, "?") + ask(client, "?") + ask(client, "?") + ask(client, "?"))
          .isEqualTo("0120");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void goByAddressInModesThatGoByConnection(ServerVariant variant) throws IOException {
    for (int mode : new int[] {2, 4, 5, 8}) {
      try (RunningServer running = RunningServer.start(routed(variant, mode))) {
        for (int last = 1; last <= 3; last++) {
          try (DatagramSocket client =
              new DatagramSocket(new InetSocketAddress("127.0.0." + last, 0))) {
            client.setSoTimeout(LIMIT_MILLIS);
            client.connect(LOOPBACK, running.port());
            String expected = "" + (0x7f000000L + last) % 3;
            assertThat(ask(client, "?")).isEqualTo(expected);
            assertThat(ask(client, "?")).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void goWhereTheFunctionSays(ServerVariant variant) throws Exception {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    Server server = routed(variant, 2);
    server.set(
        Server.DISPATCH_FUNC,
        (s, fd, kind, data) -> {
          assertThat(kind).isEqualTo(DispatchFunction.TYPE_PACKET);
          asked.add(fd + " " + kind + " " + data.length);
          return data.length == 7 ? -1 : data.length - 1;
        });

    try (RunningServer running = RunningServer.start(server);
        DatagramSocket client = client(running)) {
      send(client, new byte[7]);
      assertThat(ask(client, "1") + ask(client, "22") + ask(client, "333")).isEqualTo("012");
      assertThat(Traffic.take(asked)).isEqualTo(0x7f000001L + " 1 7");
    }
  }

  @ServerMatrix
  void areSharedByAllLoopsWithReusePort(ServerVariant variant) throws IOException {
    Server server = udp(variant).set(Settings.WORKER_NUM, 2).set(Settings.ENABLE_REUSE_PORT, true);

    try (RunningServer running = RunningServer.start(server)) {
      for (int i = 0; i < 20; i++) {
        try (DatagramSocket client = client(running)) {
          assertThat(ask(client, "client " + i)).isEqualTo("client " + i);
        }
      }
    }
  }
}
