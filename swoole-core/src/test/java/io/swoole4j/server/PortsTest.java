// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.swoole4j.error.PortBindException;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Several ports of one server: what each has of its own and what it has from the primary one. */
class PortsTest {

  private final Journal journal = new Journal();

  private static ReceiveHandler answering(String answer) {
    return (server, fd, reactorId, data) -> server.send(fd, answer + new String(data, UTF_8));
  }

  /** Binds a handler and keeps nothing of it. */
  private static WeakReference<ReceiveHandler> bound(ServerPort port, ReceiveHandler handler) {
    port.on(Event.RECEIVE, handler);
    return new WeakReference<>(handler);
  }

  private static RawClient client(RunningServer running, ServerPort port) {
    return running.client(RawClient.to(port.host(), port.port()));
  }

  @ServerMatrix
  void haveTheirOwnHandlersAndTheServersForTheRest(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering("a"));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + fd));
    ServerPort own = server.addListener("127.0.0.1", 0, SocketType.TCP);
    own.on("Receive", answering("b"));
    own.on(Event.CONNECT, (s, fd, reactorId) -> journal.add("connect " + fd));
    ServerPort inheriting = server.listen("::1", 0, SocketType.TCP6);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.ports()).hasSize(3).last().isSameAs(inheriting);
      assertThat(server.ports())
          .extracting(ServerPort::port)
          .doesNotHaveDuplicates()
          .allMatch(port -> port > 0);
      assertThat(running.client().send("1").readText(2)).isEqualTo("a1");
      assertThat(client(running, own).send("2").readText(2)).isEqualTo("b2");
      RawClient third = client(running, inheriting);
      assertThat(third.send("3").readText(2)).isEqualTo("a3");
      third.close();

      journal.waitFor("close 3");
      assertThat(journal.lines()).containsExactly("connect 2", "close 3");
    }
  }

  @ServerMatrix
  void keepLastOfManyHandlersAndNothingOfTheOthers(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering("a"));
    ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);
    List<WeakReference<ReceiveHandler>> replaced = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      replaced.add(bound(port, answering("x" + i)));
    }
    port.on((EventHandler) answering("y"));
    await()
        .until(
            () -> {
              System.gc();
              return replaced.stream().allMatch(handler -> handler.refersTo(null));
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(client(running, port).send("?").readText(2)).isEqualTo("y?");
      assertThat(running.client().send("?").readText(2)).isEqualTo("a?");
    }
  }

  @ServerMatrix
  void inheritProtocolUntilSomethingIsSet(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering(""));
    server.set(Map.of("open_eof_split", true, "package_eof", "\n", "backlog", 7));
    ServerPort inheriting = server.addListener("127.0.0.1", 0, SocketType.TCP);
    ServerPort plain = server.addListener("127.0.0.1", 0, SocketType.TCP).set(Map.of());
    ServerPort lengths =
        server
            .addListener("127.0.0.1", 0, SocketType.TCP)
            .set(Map.of("open_length_check", true, "package_length_type", "C"))
            .set("package_body_offset", 1);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient line = client(running, inheriting).send("un");
      assertThat(client(running, plain).send("no\nline").readText(7)).isEqualTo("no\nline");
      RawClient length = client(running, lengths).send("\3a\nb\2c");
      assertThat(length.readText(4)).isEqualTo("\3a\nb");
      assertThat(length.send("\n").readText(3)).isEqualTo("\2c\n");
      assertThat(line.send("til\nx").readText(6)).isEqualTo("until\n");
    }
    assertThat(inheriting.setting()).containsOnlyKeys("open_eof_split", "package_eof", "backlog");
    assertThat(plain.setting()).containsExactly(Map.entry("backlog", 7));
    assertThat(lengths.setting())
        .containsOnlyKeys(
            "backlog", "open_length_check", "package_length_type", "package_body_offset");
  }

  @ServerMatrix
  void appearInInfoOfTheirConnections(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          ClientInfo info = s.getClientInfo(fd).orElseThrow();
          s.send(fd, info.serverPort() + " " + info.serverFd() + " " + info.socketType() + "\n");
        });
    ServerPort other = server.addListener("::1", 0, SocketType.TCP6);

    try (RunningServer running = RunningServer.start(server)) {
      for (ServerPort port : server.ports()) {
        ListeningSocket socket = port.getSocket().orElseThrow();
        assertThat(client(running, port).send("?").readUntil("\n").strip())
            .isEqualTo(port.port() + " " + socket.descriptor() + " " + port.type().number());
        assertThat(server.getSocket(port.port())).contains(socket);
      }
      assertThat(server.getSocket(0)).isEqualTo(server.getSocket());
      assertThat(server.getSocket(other.port())).isNotEqualTo(server.getSocket());
      assertThat(server.getSocket(1)).isEmpty();
      assertThat(server.stats()).containsEntry("accept_count", 2L);
    }
  }

  @ServerMatrix
  void listTheirOwnConnections(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering(""));
    ServerPort other = server.addListener("127.0.0.1", 0, SocketType.TCP);

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("1").readText(1);
      client(running, other).send("2").readText(1);

      assertThat(server.connections()).containsExactly(1L, 2L);
      assertThat(server.ports().get(0).connections()).containsExactly(1L);
      assertThat(other.connections()).containsExactly(2L);
      assertThat(other.connections().size()).isEqualTo(1);
      assertThat(other.connections().contains(1)).isFalse();
      assertThat(other.connections().contains(2)).isTrue();
    }
  }

  @ServerMatrix
  void areAllGivenUpWhenOneIsTaken(ServerVariant variant) throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      Descriptors before = Descriptors.snapshot();
      Server server = variant.newServer().on(Event.RECEIVE, answering(""));
      server.addListener("127.0.0.1", taken.getLocalPort(), SocketType.TCP);

      PortBindException failure = catchThrowableOfType(PortBindException.class, server::startAsync);

      assertThat(failure.errno()).isEqualTo(98);
      assertThat(failure.port()).isEqualTo(taken.getLocalPort());
      assertThat(failure).hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
      before.awaitNothingOpenedSince();
    }
  }

  @ServerMatrix
  void cannotBeAddedOnceStarted(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering(""));
    ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);

    try (RunningServer running = RunningServer.start(server)) {
      assertThatThrownBy(() -> server.addListener("127.0.0.1", 0, SocketType.TCP))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("server: RUNNING (expected: NEW)");
      assertThatThrownBy(() -> port.on(Event.RECEIVE, answering("")))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> port.set(Map.of())).isInstanceOf(IllegalStateException.class);
      assertThat(running.server().ports()).hasSize(2);
    }
  }

  @Test
  void areTcpUnlessToldOtherwise() {
    Server server = new Server("127.0.0.1", 0, ServerMode.BASE);
    ServerPort added = server.addListener("127.0.0.1", 0);
    ServerPort listening = server.listen("127.0.0.1", 0);
    server.on(Event.RECEIVE, answering("first "));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.mode()).isEqualTo(ServerMode.BASE);
      assertThat(server.ports()).extracting(ServerPort::type).containsOnly(SocketType.TCP);
      for (ServerPort port : List.of(added, listening)) {
        assertThat(client(running, port).send("x").readText(7)).isEqualTo("first x");
      }
    }
  }

  @Test
  void refuseWhatIsNotOfPorts() {
    Server server = new Server("127.0.0.1", 0);
    ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);
    StartHandler start = s -> {};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> port.set(Settings.WORKER_NUM, 2))
        .withMessageContaining("not on a port");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> port.on(Event.START, start))
        .withMessageStartingWith(
            "event: start (expected: one of [connect, receive, packet, close, ");
    assertThatIllegalArgumentException().isThrownBy(() -> port.on("start", start));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> port.on((EventHandler) start))
        .withMessageContaining("expected: a handler of [connect, receive, packet, close, ");
  }

  @Test
  void refuseAddressesThatCannotBe() {
    Server server = new Server("127.0.0.1", 0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addListener("127.0.0.1", 65536, SocketType.UDP))
        .withMessage("port: 65536 (expected: 0..65535)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addListener("127.0.0.1", -1, SocketType.TCP));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addListener(" ", 1, SocketType.TCP));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addListener("/" + "x".repeat(107), 0, SocketType.UNIX_STREAM))
        .withMessageContaining("at most 107 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addListener("/a\0b", 0, SocketType.UNIX_DGRAM));
    assertThat(server.addListener("/x", 99_999, SocketType.UNIX_DGRAM).port()).isZero();
    assertThat(server.ports()).hasSize(2);
  }
}
