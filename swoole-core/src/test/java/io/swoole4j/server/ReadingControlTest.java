// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** Connections that are read only when the server says so. */
class ReadingControlTest {

  private static final Duration QUIET = Duration.ofMillis(100);

  private static Server server(ServerVariant variant, BlockingQueue<Long> connected) {
    Server server = variant.newServer();
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected.add(fd));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  @ServerMatrix
  void pausedConnectionIsNotReadAndSendsGoOn(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = server(variant, connected);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");

      assertThat(server.pause(1)).isTrue();
      assertThat(server.pause(1)).isTrue();
      Traffic.until(() -> !server.engine().registry().find(1).channel().config().isAutoRead());
      client.send("b");
      client.expectNothing(QUIET);
      assertThat(server.send(1, "sent meanwhile")).isTrue();
      assertThat(client.readText(14)).isEqualTo("sent meanwhile");
      RawClient other = running.client();
      assertThat(other.send("other").readText(5)).isEqualTo("other");

      assertThat(server.resume(1)).isTrue();
      assertThat(client.readText(1)).isEqualTo("b");
      assertThat(server.resume(1)).isTrue();
      assertThat(client.send("c").readText(1)).isEqualTo("c");
    }
  }

  @ServerMatrix
  void handlerPausesItsOwnConnection(ServerVariant variant) {
    Server server = Lines.framed(server(variant, new LinkedBlockingQueue<>()));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.pause(fd);
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(Lines.ask(client, "one")).isEqualTo("one");
      Traffic.until(() -> !server.engine().registry().find(1).channel().config().isAutoRead());
      client.send("two\n");
      client.expectNothing(QUIET);

      assertThat(server.resume(1)).isTrue();
      assertThat(Lines.read(client)).isEqualTo("two");
    }
  }

  @ServerMatrix
  void pausedConnectionCanBeClosed(ServerVariant variant) throws Exception {
    BlockingQueue<Long> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.on(Event.CLOSE, (s, fd, reactorId) -> closed.add(fd));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");
      assertThat(server.pause(1)).isTrue();
      client.send("unread");
      assertThat(server.send(1, "bye")).isTrue();
      assertThat(server.close(1)).isTrue();

      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("bye");
      client.close();
      assertThat(Traffic.take(closed)).isEqualTo(1);
      Traffic.untilNothingIsLeft(server);
      assertThat(server.pause(1)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1004);
      assertThat(server.resume(99)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void serverEndsAlthoughConnectionsArePaused(ServerVariant variant) throws Exception {
    BlockingQueue<Long> closed = new LinkedBlockingQueue<>();
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.on(Event.CLOSE, (s, fd, reactorId) -> closed.add(fd));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");
      assertThat(server.pause(1)).isTrue();
      server.shutdown();

      client.expectEof();
      client.close();
      running.awaitTerminated();
      assertThat(Traffic.take(closed)).isEqualTo(1);
    }
  }

  @ServerMatrix
  void readsFromDelayedConnectionOnlyAfterConfirm(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = server(variant, connected).set(Settings.ENABLE_DELAY_RECEIVE, true);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("early");
      long fd = Traffic.take(connected);
      client.expectNothing(QUIET);
      assertThat(server.send(fd, "hello")).isTrue();
      assertThat(client.readText(5)).isEqualTo("hello");
      assertThat(server.resume(fd)).isTrue();
      client.expectNothing(QUIET);

      assertThat(server.confirm(fd)).isTrue();
      assertThat(client.readText(5)).isEqualTo("early");
      assertThat(server.confirm(fd)).isFalse();
      assertThat(server.getLastError()).isEqualTo(509);
      assertThat(server.confirm(99)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void handlerOfConnectConfirmsLater(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.ENABLE_DELAY_RECEIVE, true);
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.after(300, () -> s.confirm(fd)));

    try (RunningServer running = RunningServer.start(server)) {
      long before = System.nanoTime();
      assertThat(running.client().send("early").readText(5)).isEqualTo("early");

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(QUIET.multipliedBy(2));
    }
  }

  @ServerMatrix
  void handlerOfConnectConfirmsAtOnceOrCloses(ServerVariant variant) {
    Server server = server(variant, new LinkedBlockingQueue<>());
    server.set(Settings.ENABLE_DELAY_RECEIVE, true);
    List<Long> received = new CopyOnWriteArrayList<>();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          received.add(fd);
          s.send(fd, data);
        });
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          if (fd == 1) {
            s.confirm(fd);
          } else {
            s.close(fd);
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("early").readText(5)).isEqualTo("early");
      running.client().sendIfOpen("never read").expectClosed();
      assertThat(received).containsExactly(1L);
    }
  }

  @ServerMatrix
  void unconfirmedClientThatHasSaidAllIsNotHeard(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
    Server server = onOneLoop(server(variant, connected), heard);
    server.set(Settings.ENABLE_DELAY_RECEIVE, true);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("early").shutdownOutput();
      long first = Traffic.take(connected);
      RawClient other = running.client().send("x");
      assertThat(server.confirm(Traffic.take(connected))).isTrue();
      assertThat(other.readText(1)).isEqualTo("x");

      assertThat(Traffic.take(heard)).isNotEqualTo(first);
      assertThat(server.confirm(first)).isTrue();
      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("early");
    }
  }

  @ServerMatrix
  void pausedClientThatHasSaidAllIsNotHeard(ServerVariant variant) throws Exception {
    BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
    Server server = onOneLoop(server(variant, new LinkedBlockingQueue<>()), heard);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");
      long first = Traffic.take(heard);
      assertThat(server.pause(first)).isTrue();
      Traffic.until(() -> !server.engine().registry().find(first).channel().config().isAutoRead());
      client.send("b").shutdownOutput();
      RawClient other = running.client();
      assertThat(other.send("x").readText(1)).isEqualTo("x");

      assertThat(Traffic.take(heard)).isNotEqualTo(first);
      assertThat(server.resume(first)).isTrue();
      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("b");
    }
  }

  @ServerMatrix
  void heldBytesOfClosedConnectionsAreDropped(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
    Server server = onOneLoop(server(variant, connected), heard);
    server.set(Settings.ENABLE_DELAY_RECEIVE, true);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient closed = running.client().send("early").shutdownOutput();
      long first = Traffic.take(connected);
      RawClient open = running.client().send("early").shutdownOutput();
      Traffic.take(connected);
      assertThat(server.close(first)).isTrue();
      closed.expectClosed();
      server.shutdown();
      open.expectClosed();
      running.awaitTerminated();

      assertThat(heard).isEmpty();
    }
  }

  @ServerMatrix
  void bytesBehindProxyHeaderWaitForConfirm(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
    Server server = onOneLoop(server(variant, connected), heard);
    server.set(Settings.ENABLE_DELAY_RECEIVE, true);
    server.set(Settings.OPEN_PROXY_PROTOCOL, true);
    server.set(Settings.PROXY_TRUSTED, List.of("127.0.0.1"));
    String header = "PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\n";

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send(header + "early");
      long first = Traffic.take(connected);
      RawClient other = running.client().send(header + "x");
      assertThat(server.confirm(Traffic.take(connected))).isTrue();
      assertThat(other.readText(1)).isEqualTo("x");

      assertThat(Traffic.take(heard)).isNotEqualTo(first);
      assertThat(server.confirm(first)).isTrue();
      assertThat(client.readText(5)).isEqualTo("early");
      assertThat(client.send("late").readText(4)).isEqualTo("late");
    }
  }

  /** What came first is then handled first. */
  private static Server onOneLoop(Server server, BlockingQueue<Long> heard) {
    server.set(Settings.WORKER_NUM, 1).set(Settings.REACTOR_NUM, 1);
    return server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          heard.add(fd);
          s.send(fd, data);
        });
  }

  @ServerMatrix
  void waitsForBindWithWaitForBind(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = server(variant, connected).set(Settings.WAIT_FOR_BIND, true);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient bound = running.client().send("one");
      long first = Traffic.take(connected);
      RawClient confirmed = running.client().send("two");
      long second = Traffic.take(connected);
      bound.expectNothing(QUIET);

      assertThat(server.bind(first, 42)).isTrue();
      assertThat(bound.readText(3)).isEqualTo("one");
      assertThat(server.confirm(first)).isFalse();
      confirmed.expectNothing(QUIET);
      assertThat(server.confirm(second)).isTrue();
      assertThat(confirmed.readText(3)).isEqualTo("two");
    }
  }

  @ServerMatrix
  void connectionThatNeedsNoConfirmationRefusesIt(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = server(variant, connected);

    try (RunningServer running = RunningServer.start(server)) {
      running.client();

      assertThat(server.confirm(Traffic.take(connected))).isFalse();
      assertThat(server.getLastError()).isEqualTo(509);
    }
  }
}
