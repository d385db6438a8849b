// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.swoole4j.error.PortBindException;
import io.swoole4j.internal.net.Listener;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.event.Level;

/** What settings make of sockets, read back from the kernel where it tells. */
class SocketOptionsTest {

  private static Server echo(ServerVariant variant) {
    return listening(variant.newServer());
  }

  private static Server listening(Server server) {
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private static Channel connected(RunningServer running) {
    running.client().send("?").readExactly(1);
    return running.server().engine().registry().find(1).channel();
  }

  private static boolean isEpoll(ServerVariant variant) {
    return variant.transport().equals("epoll");
  }

  @ServerMatrix
  void leavesSocketsAsTheKernelMakesThemButForNoDelay(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      Channel channel = connected(running);

      assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
      assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isFalse();
    }
  }

  @ServerMatrix
  void setsNoDelayAndKeepAlive(ServerVariant variant) {
    Server server = echo(variant);
    server.set(Map.of("open_tcp_nodelay", false, "open_tcp_keepalive", true));
    server.set(Map.of("tcp_keepidle", 77, "tcp_keepinterval", 7, "tcp_keepcount", 3));

    try (RunningServer running = RunningServer.start(server)) {
      var config = connected(running).config();

      assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isFalse();
      assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
      if (isEpoll(variant)) {
        assertThat(config.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(77);
        assertThat(config.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(7);
        assertThat(config.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
      } else {
        assertThat(config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)))
            .isEqualTo(77);
        assertThat(config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
            .isEqualTo(7);
        assertThat(config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)))
            .isEqualTo(3);
      }
    }
  }

  @ServerMatrix
  void setsKernelBuffers(ServerVariant variant) {
    Server server = echo(variant);
    server.set("kernel_socket_recv_buffer_size", "40K");
    server.set("kernel_socket_send_buffer_size", "50K");

    try (RunningServer running = RunningServer.start(server)) {
      var config = connected(running).config();

      // Linux doubles what it is asked for, to account for its own needs.
      assertThat(config.getOption(ChannelOption.SO_RCVBUF)).isIn(40 * 1024, 80 * 1024);
      assertThat(config.getOption(ChannelOption.SO_SNDBUF)).isIn(50 * 1024, 100 * 1024);
    }
  }

  @ServerMatrix
  void setsWhatOnlyEpollCanAndWarnsElsewhere(ServerVariant variant) {
    Server server = echo(variant);
    server.set(Map.of("tcp_user_timeout", 4321, "tcp_defer_accept", 3, "tcp_fastopen", 16));

    try (LogCapture log = LogCapture.of("io.swoole4j");
        LogCapture netty = LogCapture.of("io.netty");
        RunningServer running = RunningServer.start(server)) {
      Channel channel = connected(running);

      assertThat(netty.messages()).isEmpty();
      if (isEpoll(variant)) {
        Channel listening = ((Listener) server.engine().ports().get(0)).channel();
        assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(4321);
        assertThat(listening.config().getOption(EpollChannelOption.TCP_DEFER_ACCEPT)).isPositive();
        assertThat(listening.config().getOption(ChannelOption.TCP_FASTOPEN)).isEqualTo(16);
        assertThat(log.messages(Level.WARN)).isEmpty();
      } else {
        assertThat(log.messages(Level.WARN))
            .containsExactlyInAnyOrder(
                "tcp_user_timeout: 4321 has no effect on the nio transport",
                "tcp_defer_accept: 3 has no effect on the nio transport",
                "tcp_fastopen: 16 has no effect on the nio transport");
      }
    }
  }

  @ServerMatrix(transports = "epoll")
  void defersAcceptUntilDataComes(ServerVariant variant) {
    AtomicInteger connects = new AtomicInteger();
    Server server = echo(variant).set(Settings.TCP_DEFER_ACCEPT, 60);
    server.on(Event.CONNECT, (s, fd, reactorId) -> connects.incrementAndGet());

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.expectNothing(Duration.ofMillis(200));
      assertThat(connects).hasValue(0);

      assertThat(client.send("data").readText(4)).isEqualTo("data");
      assertThat(connects).hasValue(1);
    }
  }

  @ServerMatrix
  void letsAsManyWaitAsTheBacklogSays(ServerVariant variant) throws Exception {
    CountDownLatch listening = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = echo(variant).set(Settings.BACKLOG, 1);
    server.on(
        Event.START,
        s -> {
          listening.countDown();
          release.await(60, TimeUnit.SECONDS);
        });
    Thread starter = new Thread(server::startAsync);
    starter.start();
    listening.await();

    List<RawClient> clients = new ArrayList<>();
    try {
      // The port listens while onStart runs, but nothing is accepted.
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10; i++) {
                  RawClient.Builder options = RawClient.to("127.0.0.1", server.getPort());
                  clients.add(options.timeout(Duration.ofMillis(250)).connect());
                }
              })
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("Connect timed out");
      assertThat(clients).hasSizeLessThanOrEqualTo(3);
    } finally {
      release.countDown();
      starter.join();
      clients.forEach(RawClient::close);
      server.shutdown();
      assertThat(server.awaitTermination(Duration.ofSeconds(30))).isTrue();
    }
  }

  @ServerMatrix
  void sharesPortBetweenTwoServersWithReusePort(ServerVariant variant) {
    Server first = echo(variant).set(Settings.ENABLE_REUSE_PORT, true);

    try (RunningServer running = RunningServer.start(first)) {
      Server twin = new Server("127.0.0.1", running.port(), variant.mode(), SocketType.TCP);
      Server second = listening(variant.prepare(twin)).set(Settings.ENABLE_REUSE_PORT, true);
      try (RunningServer other = RunningServer.start(second)) {
        Channel listening = ((Listener) second.engine().ports().get(0)).channel();
        var option =
            isEpoll(variant)
                ? UnixChannelOption.SO_REUSEPORT
                : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
        assertThat(listening.config().getOption(option)).isTrue();
        assertThat(other.port()).isEqualTo(running.port());
        for (int i = 0; i < 40; i++) {
          assertThat(other.client().send("ok").readText(2)).isEqualTo("ok");
        }
        // The kernel spreads connections by a hash: 2^-39 for one server to get none.
        assertThat(first.connections().size()).isPositive();
        assertThat(second.connections().size()).isPositive();
      }
    }
  }

  @ServerMatrix
  void listensOnIpv6(ServerVariant variant) {
    Server server = listening(variant.newServer("::1", SocketType.TCP6));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("six").readText(3)).isEqualTo("six");
      ClientInfo info = server.getClientInfo(1).orElseThrow();
      assertThat(info.remoteIp()).isEqualTo("::1");
      assertThat(info.socketType()).isEqualTo(SocketType.TCP6.number());
      assertThatThrownBy(() -> RawClient.connect("127.0.0.1", running.port()))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @ServerMatrix
  void listensOnAllIpv4AddressesAndNoIpv6One(ServerVariant variant) {
    Server server = listening(variant.newServer("0.0.0.0", SocketType.TCP));

    try (RunningServer running = RunningServer.start(server)) {
      for (String host : List.of("127.0.0.1", "127.0.0.2")) {
        try (RawClient client = RawClient.connect(host, running.port())) {
          assertThat(client.send("four").readText(4)).isEqualTo("four");
        }
      }
      assertThatThrownBy(() -> RawClient.connect("::1", running.port()))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @ServerMatrix
  void namesHostPortAndReasonWhenPortIsTaken(ServerVariant variant) throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      Server server =
          listening(variant.prepare(new Server("127.0.0.1", port, variant.mode(), SocketType.TCP)));

      assertThatThrownBy(server::startAsync)
          .isInstanceOf(PortBindException.class)
          .hasMessage(
              "failed to listen on 127.0.0.1:" + port + ": Address already in use (errno 98)")
          .extracting(failure -> ((PortBindException) failure).errno())
          .isEqualTo(98);
      assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
    }
  }

  @ServerMatrix
  void namesHostThatCannotBeResolved(ServerVariant variant) {
    Server server = listening(variant.newServer("no-such-host.invalid", SocketType.TCP));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(PortBindException.class)
        .hasMessageStartingWith("failed to listen on no-such-host.invalid:0: ");
    assertThatThrownBy(
            () -> listening(variant.newServer("127.0.0.1", SocketType.TCP6)).startAsync())
        .isInstanceOf(PortBindException.class)
        .hasMessageContaining("127.0.0.1")
        .hasMessageContaining("no IPv6 address");
  }
}
