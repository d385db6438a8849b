// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.swoole4j.server.Event;
import io.swoole4j.server.Registries;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.testing.TlsClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;

/** What connections of a running server do at moments that no client can choose. */
class ConnectionInternalsTest {

  private static final int KIB = 1024;

  private static Server echo(ServerVariant variant) {
    Server server = variant.newServer();
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private static Connection find(RunningServer running, long fd) {
    return Objects.requireNonNull(Registries.of(running.server()).find(fd));
  }

  private static <T> T onLoop(Connection connection, Callable<T> question) throws Exception {
    return connection.channel().eventLoop().submit(question).get(30, TimeUnit.SECONDS);
  }

  private static RawClient slow(RunningServer running) {
    RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
    client.send("?").readExactly(1);
    return client;
  }

  @ServerMatrix
  void forgetsWhoeverWaitsNoLongerForTheClient(ServerVariant variant) throws Exception {
    Server server = echo(variant).set(Settings.SEND_TIMEOUT, 0.01);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      Connection connection = find(running, 1);
      assertThat(server.sendwait(1, new byte[1024 * KIB])).isFalse();
      for (int i = 0; i < 50; i++) {
        assertThat(connection.output().awaitTaken(TimeUnit.MILLISECONDS.toNanos(1)))
            .isEqualTo(WaitEnd.LATE);
      }

      assertThat(onLoop(connection, connection.outbound()::waiting)).isZero();
      client.readExactly(1024 * KIB);
      assertThat(connection.output().awaitTaken(TimeUnit.SECONDS.toNanos(30)))
          .isEqualTo(WaitEnd.DONE);
    }
  }

  @ServerMatrix(transports = "nio")
  void doesNotQueueAnInterruptedThreadNorOneWithoutTime(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      slow(running);
      Connection connection = find(running, 1);
      CompletableFuture<WaitEnd> answer = new CompletableFuture<>();
      // While the event loop is here, nothing that is queued can end.
      int waiting =
          onLoop(
              connection,
              () -> {
                Thread thread =
                    new Thread(
                        () -> {
                          connection.output().awaitTaken(0);
                          connection.output().awaitTaken(-1);
                          Thread.currentThread().interrupt();
                          answer.complete(
                              connection.output().awaitTaken(TimeUnit.SECONDS.toNanos(30)));
                        });
                thread.start();
                thread.join(30_000);
                return connection.outbound().waiting();
              });

      assertThat(answer).isCompletedWithValue(WaitEnd.LATE);
      assertThat(waiting).isZero();
    }
  }

  @ServerMatrix
  void closesChannelWithTlsThatHasClosedAlready(ServerVariant variant, @TempDir Path directory)
      throws Exception {
    Certificates certificates = Certificates.in(directory).authority("server", "localhost", "rsa");
    Server server =
        variant
            .newServer("127.0.0.1", SocketType.TCP.withSsl())
            .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
            .set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (RunningServer running = RunningServer.start(server)) {
      Connection connection;
      try (TlsClient client = TlsClient.connect(running.port())) {
        await().until(() -> Registries.of(server).find(1) != null);
        connection = find(running, 1);
      }
      await().until(() -> Registries.of(server).find(1) == null);

      await().until(() -> !connection.channel().isOpen());
      boolean done =
          onLoop(
              connection,
              () -> {
                connection.closeChannel();
                // A heartbeat that finds it twice before its close event has run.
                connection.outbound().expired();
                connection.outbound().expired();
                return true;
              });
      assertThat(done).isTrue();
    }
  }

  @ServerMatrix(transports = "nio")
  void heartbeatGoesOnSearchingAfterAFailure(ServerVariant variant) throws Exception {
    Server server = echo(variant);
    server.set(Settings.HEARTBEAT_IDLE_TIME, 1).set(Settings.HEARTBEAT_CHECK_INTERVAL, 3600);

    try (RunningServer running = RunningServer.start(server);
        FailingLogger failing = new FailingLogger(Heartbeat.class, 3);
        LogCapture log = LogCapture.of(Heartbeat.class, Level.DEBUG)) {
      RawClient client = running.client();
      client.send("?").readExactly(1);
      Connection connection = find(running, 1);
      ListenerSpec often = searchedEvery(10, connection.listener());
      Heartbeat heartbeat = new Heartbeat(connection.reactor().inbound(), List.of(often));

      heartbeat.start(connection.reactor().loop());

      client.expectEof();
      assertThat(failing.left.get()).isNotPositive();
      log.awaitContains(Level.DEBUG, connection + " is silent for too long");
    }
  }

  @ServerMatrix
  void heartbeatSparesConnectionThatWasProtectedOrHeardSinceItWasFound(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      RawClient client = slow(running);
      Connection connection = find(running, 1);

      connection.protect(true);
      connection.expire(connection.lastReceiveMillis());
      assertThat(client.send("on").readText(2)).isEqualTo("on");

      connection.protect(false);
      connection.expire(connection.lastReceiveMillis() - 1);
      assertThat(client.send("on").readText(2)).isEqualTo("on");

      connection.expire(connection.lastReceiveMillis());
      client.expectEof();
    }
  }

  private static ListenerSpec searchedEvery(long millis, ListenerSpec spec) {
    ConnectionRules rules = spec.rules();
    return new ListenerSpec(
        spec.index(),
        spec.host(),
        spec.port(),
        spec.type(),
        spec.inherited(),
        spec.socketFileMode(),
        spec.options(),
        spec.framers(),
        spec.installer(),
        new ConnectionRules(
            rules.socketBufferSize(),
            rules.highWatermark(),
            rules.lowWatermark(),
            rules.idleMillis(),
            millis,
            rules.stallMillis(),
            rules.delayed(),
            rules.bindConfirms(),
            rules.proxies(),
            rules.tls()),
        spec.settings());
  }

  /** Makes the first calls of a logger throw, as a user's logging may. */
  private static final class FailingLogger extends TurboFilter implements AutoCloseable {
    private final LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final String name;
    private final AtomicInteger left;

    FailingLogger(Class<?> owner, int times) {
      name = owner.getName();
      left = new AtomicInteger(times);
      start();
      logback.addTurboFilter(this);
    }

    @Override
    public FilterReply decide(
        Marker marker,
        Logger logger,
        ch.qos.logback.classic.Level level,
        String format,
        Object[] arguments,
        Throwable cause) {
      if (format != null && logger.getName().equals(name) && left.getAndDecrement() > 0) {
        throw new IllegalStateException("asked for");
      }
      return FilterReply.NEUTRAL;
    }

    @Override
    public void close() {
      logback.getTurboFilterList().remove(this);
    }
  }

  @ServerMatrix(transports = "nio")
  void tellsFailuresOfPipelinesOnceASecond(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant));
        LogCapture log = LogCapture.of(Server.class)) {
      slow(running);
      Connection connection = find(running, 1);
      long begin = System.nanoTime();
      for (int i = 0; i < 1000; i++) {
        connection.reactor().inbound().events().failed(connection, new Exception("asked for"));
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);

      assertThat(log.messages(Level.WARN))
          .hasSizeBetween(1, (int) seconds + 1)
          .first()
          .isEqualTo(connection + " closed: its pipeline failed (1 times since the last report)");
    }
  }

  @ServerMatrix(transports = "nio")
  void dropsAllThatIsSentBehindItsEnd(ServerVariant variant) {
    Connection connection;
    try (RunningServer running = RunningServer.start(echo(variant))) {
      slow(running);
      connection = find(running, 1);
    }

    for (int i = 0; i < 3; i++) {
      ByteBuf late = Unpooled.buffer(1);
      assertThat(connection.output().send(late, 1)).isTrue();
      await().until(() -> late.refCnt() == 0);
    }
  }

  @ServerMatrix(transports = "nio", modes = ServerMode.BASE)
  void acceptsNothingBehindItsEnd(ServerVariant variant) {
    Connection connection;
    try (RunningServer running = RunningServer.start(echo(variant))) {
      slow(running);
      connection = find(running, 1);
    }
    Inbound inbound = connection.reactor().inbound();
    EmbeddedChannel listening = new EmbeddedChannel(new Acceptor(inbound, true));
    EmbeddedChannel late = new EmbeddedChannel();

    assertThat(listening.writeInbound(late)).isFalse();

    assertThat(late.isOpen()).isFalse();
    assertThat(inbound.registry().channels()).isZero();
    listening.finish();
  }
}
