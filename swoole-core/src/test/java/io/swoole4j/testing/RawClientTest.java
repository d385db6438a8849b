// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawClientTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  @Test
  void sendsAndReads() throws IOException {
    try (RawClient client = RawClient.connect(listener.getLocalPort());
        Socket peer = listener.accept()) {
      client.send("ab").send(new byte[] {'c'}).sendSlices("defgh".getBytes(UTF_8), 2);
      assertThat(new String(peer.getInputStream().readNBytes(8), UTF_8)).isEqualTo("abcdefgh");

      peer.getOutputStream().write("line\r\ntäil".getBytes(UTF_8));
      peer.shutdownOutput();
      assertThat(client.readUntil("\r\n")).isEqualTo("line\r\n");
      assertThat(client.readText(3)).isEqualTo("tä");
      assertThat(client.readUntilEof()).asString(UTF_8).isEqualTo("il");
      client.expectEof();
    }
  }

  @Test
  void readsWhileAnotherThreadWritesMoreThanBuffersHold() throws Exception {
    byte[] bytes = new byte[8 << 20];
    try (RawClient client = RawClient.connect(listener.getLocalPort());
        Socket peer = listener.accept()) {
      Thread writer = new Thread(() -> client.send(bytes).shutdownOutput());
      writer.start();
      Thread echo =
          new Thread(
              () -> {
                try {
                  peer.getInputStream().transferTo(peer.getOutputStream());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      echo.start();

      assertThat(client.readExactly(bytes.length)).isEqualTo(bytes);
      writer.join();
      echo.join();
    }
  }

  @Test
  void halfCloseLeavesOtherDirectionOpen() throws IOException {
    try (RawClient client = RawClient.connect("127.0.0.1", listener.getLocalPort());
        Socket peer = listener.accept()) {
      client.send("question").shutdownOutput();
      assertThat(peer.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("question");

      peer.getOutputStream().write('!');
      assertThat(client.readText(1)).isEqualTo("!");
    }
  }

  @Test
  void abortResetsPeer() throws IOException {
    RawClient client = RawClient.connect(listener.getLocalPort());
    try (Socket peer = listener.accept()) {
      client.abort();

      assertThatThrownBy(() -> peer.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void closeEndsStreamOfPeerEvenAfterWaitingForBytes() throws IOException {
    RawClient client = RawClient.connect(listener.getLocalPort());
    try (Socket peer = listener.accept()) {
      client.expectNothing(SHORT);
      client.close();

      assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void tellsResetFromEnd() throws IOException {
    try (RawClient client = RawClient.connect(listener.getLocalPort())) {
      reset(listener.accept());
      client.expectReset();
    }
    try (RawClient client = RawClient.connect(listener.getLocalPort())) {
      reset(listener.accept());
      client.expectClosed();
    }
    try (RawClient client = RawClient.connect(listener.getLocalPort())) {
      listener.accept().close();
      client.expectClosed();
      assertThatThrownBy(client::expectReset)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("(expected: reset)");
    }
  }

  @Test
  void failsWhenPeerStaysSilentForTooLong() throws IOException {
    Duration limit = Duration.ofMillis(500);
    try (RawClient client =
            RawClient.to("127.0.0.1", listener.getLocalPort()).timeout(limit).connect();
        Socket peer = listener.accept()) {
      peer.getOutputStream().write("abc".getBytes(UTF_8));

      assertThatThrownBy(() -> client.readExactly(4))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("3 bytes, then nothing (expected: 4 bytes): 3 bytes \"abc\"");
      assertThatThrownBy(client::readUntilEof)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("(expected: end of stream)");
    }
  }

  @Test
  void failsOnUnexpectedBytesAndUnexpectedEnd() throws IOException {
    try (RawClient client = RawClient.connect(listener.getLocalPort());
        Socket peer = listener.accept()) {
      peer.getOutputStream().write("abc".getBytes(UTF_8));
      assertThatThrownBy(() -> client.expectNothing(Duration.ofSeconds(30)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("3 bytes \"abc\" (expected: nothing for PT30S)");

      peer.getOutputStream().write("d".getBytes(UTF_8));
      peer.shutdownOutput();
      assertThatThrownBy(client::expectEof)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("\"d\" (expected: end of stream)");
      assertThatThrownBy(() -> client.expectNothing(SHORT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("end of stream (expected: nothing");
      assertThatThrownBy(() -> client.readExactly(1))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("0 bytes, then end of stream (expected: 1 bytes)");
    }
  }

  @Test
  void boundsWriteToPeerThatDoesNotRead() throws IOException {
    try (RawClient client =
            RawClient.to("127.0.0.1", listener.getLocalPort())
                .timeout(Duration.ofMillis(200))
                .sendBuffer(4096)
                .connect();
        Socket peer = listener.accept()) {
      long taken = client.sendUntilBlocked(new byte[1000], SHORT, 64 << 20);
      assertThat(taken).isPositive();

      assertThatThrownBy(() -> client.send(new byte[16 << 20]))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("bytes taken");
      assertThat(peer.getInputStream().readNBytes(1000)).hasSize(1000);
    }
  }

  @Test
  void failsIfPeerTakesMoreThanItShould() throws IOException {
    try (RawClient client = RawClient.connect(listener.getLocalPort());
        Socket peer = listener.accept()) {
      assertThatThrownBy(() -> client.sendUntilBlocked(new byte[100], SHORT, 1000))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("1000 bytes taken (expected: blocked before 1000)");
      assertThat(peer.getInputStream().readNBytes(1000)).hasSize(1000);
    }
  }

  @Test
  void knowsAddressesAndBindsToGivenOne() throws IOException {
    try (RawClient client =
            RawClient.to("127.0.0.1", listener.getLocalPort())
                .localIp("127.0.0.2")
                .receiveBuffer(4096)
                .connect();
        Socket peer = listener.accept()) {
      assertThat(client.localIp()).isEqualTo("127.0.0.2");
      assertThat(client.localPort()).isEqualTo(peer.getPort());
      assertThat(client.remotePort()).isEqualTo(listener.getLocalPort());
      assertThat(peer.getInetAddress().getHostAddress()).isEqualTo("127.0.0.2");
    }
  }

  @Test
  void keepsCauseOfRefusedConnection() throws IOException {
    // Bound, so that nobody else comes to listen on that port.
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

      assertThatThrownBy(() -> RawClient.connect(silent.getLocalPort()))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void leavesNoDescriptorOpen() throws IOException {
    Descriptors before = Descriptors.snapshot();

    try (RawClient client = RawClient.connect(listener.getLocalPort());
        Socket peer = listener.accept()) {
      client.expectNothing(SHORT);
      client.sendUntilBlocked(new byte[100_000], SHORT, 1 << 30);
      assertThat(before.openedSince()).hasSizeGreaterThan(2);
      assertThat(peer.isConnected()).isTrue();
    }

    before.awaitNothingOpenedSince();
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
