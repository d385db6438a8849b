// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the load client against servers that answer rightly and wrongly. */
@Timeout(120)
class LoadLoopTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "64, 7", "100000, 3"})
  void getsEveryReplyOfAnEchoServer(int payload, int depth) throws Exception {
    LoadSettings settings = new LoadSettings(Workload.ECHO, 5, payload, depth, 1, 0, 0.2);
    try (TestedServer server = ServerKind.NETTY.start(Workload.ECHO, 1, payload)) {
      LoadLoop.Result result = drive(server.port(), settings);

      assertThat(result.failed()).isZero();
      assertThat(result.mismatched()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"PLAINTEXT, 0, 7", "FILE, 300000, 1"})
  void getsEveryReplyOfAnHttpServer(Workload workload, int payload, int depth) throws Exception {
    LoadSettings settings = new LoadSettings(workload, 3, payload, depth, 1, 0, 0.2);
    for (ServerKind kind : ServerKind.values()) {
      try (TestedServer server = kind.start(workload, 1, payload)) {
        LoadLoop.Result result = drive(server.port(), settings);

        assertThat(result.failed()).isZero();
        assertThat(result.mismatched()).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"64, 7", "70000, 2"})
  void getsEveryReplyOfAWebSocketServer(int payload, int depth) throws Exception {
    LoadSettings settings = new LoadSettings(Workload.WEBSOCKET, 3, payload, depth, 1, 0, 0.2);
    for (ServerKind kind : ServerKind.values()) {
      try (TestedServer server = kind.start(Workload.STALLED, 1, payload);
          WebSocketPeers peers = WebSocketPeers.open(server.port(), 2, WebSocketTraffic.STALL)) {
        LoadLoop.Result result = drive(server.port(), settings);

        assertThat(peers.count()).isEqualTo(2);
        assertThat(result.failed()).isZero();
        assertThat(result.mismatched()).isZero();
      }
    }
  }

  @Test
  void getsEveryBroadcastOnEveryConnection() throws Exception {
    for (ServerKind kind : ServerKind.values()) {
      try (TestedServer server = kind.start(Workload.BROADCAST, 1, 1024)) {
        LoadLoop.Result result = broadcast(server.port(), 0.5);
        // On a busy machine the first broadcast may take longer than that.
        for (int seconds = 2; seconds < 20 && result.latencies().count() == 0; seconds *= 2) {
          result = broadcast(server.port(), seconds);
        }

        assertThat(result.latencies().count()).isPositive();
      }
    }
  }

  private static LoadLoop.Result broadcast(int port, double seconds) throws Exception {
    LoadSettings settings = new LoadSettings(Workload.BROADCAST, 20, 1024, 1, 1, 0, seconds);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Traffic traffic = LoadCommand.traffic(address, settings);
    try (BroadcastLoop loop = BroadcastLoop.open(address, traffic, settings.connections())) {
      loop.schedule(LoadTimes.from(System.nanoTime(), settings));
      LoadLoop.Result result = loop.call();

      assertThat(result.failed()).isZero();
      assertThat(result.mismatched()).isZero();
      return result;
    }
  }

  @Test
  void countsAReplyThatDiffersFromItsRequest() throws Exception {
    LoadSettings settings = new LoadSettings(Workload.ECHO, 1, 64, 1, 1, 0, 10);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> server = CompletableFuture.runAsync(() -> answerOnce(listener, 30));

      LoadLoop.Result result = drive(listener.getLocalPort(), settings);

      assertThat(result.mismatched()).isEqualTo(1);
      server.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void countsAConnectionThatTheServerCloses() throws Exception {
    LoadSettings settings = new LoadSettings(Workload.ECHO, 1, 64, 1, 1, 0, 10);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> server = CompletableFuture.runAsync(() -> answerOnce(listener, -1));

      LoadLoop.Result result = drive(listener.getLocalPort(), settings);

      assertThat(result.failed()).isEqualTo(1);
      assertThat(result.mismatched()).isZero();
      server.get(30, TimeUnit.SECONDS);
    }
  }

  private static LoadLoop.Result drive(int port, LoadSettings settings) throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Traffic traffic = LoadCommand.traffic(address, settings);
    try (LoadLoop loop = LoadLoop.open(address, traffic, settings, 0)) {
      loop.schedule(LoadTimes.from(System.nanoTime(), settings));
      return loop.call();
    }
  }

  /** Sends one frame back, with the byte at the given place changed, and closes. */
  private static void answerOnce(ServerSocket listener, int changed) {
    try (Socket socket = listener.accept()) {
      byte[] frame = socket.getInputStream().readNBytes(68);
      if (changed >= 0) {
        frame[changed]++;
        socket.getOutputStream().write(frame);
      }
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
