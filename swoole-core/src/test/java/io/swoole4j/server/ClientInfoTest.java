// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

class ClientInfoTest {

  @ServerMatrix
  void tellsEveryFieldOfConnection(ServerVariant variant) throws Exception {
    BlockingQueue<ClientInfo> seen = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          ClientInfo info = s.getClientInfo(fd).orElseThrow();
          assertThat(info.reactorId()).isEqualTo(reactorId);
          seen.add(info);
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      double before = System.currentTimeMillis() / 1000.0;
      RawClient client = running.client();
      client.send("one").readExactly(3);
      client.send("two").readExactly(3);

      ClientInfo first = Traffic.take(seen);
      ClientInfo second = Traffic.take(seen);
      double after = System.currentTimeMillis() / 1000.0;
      assertThat(first.serverPort()).isEqualTo(running.port());
      assertThat(first.socketType()).isEqualTo(SocketType.TCP.number());
      assertThat(first.remoteIp()).isEqualTo("127.0.0.1");
      assertThat(first.remotePort()).isEqualTo(client.localPort());
      assertThat(first.connectTime()).isBetween((long) before, (long) after);
      assertThat(first.lastRecvTime()).isBetween(before, after);
      assertThat(first.lastTime()).isEqualTo((long) first.lastRecvTime());
      assertThat(first.lastDispatchTime()).isBetween(before, after);
      assertThat(first.lastSendTime()).isZero();
      assertThat(second.lastSendTime()).isBetween(before, after);
      assertThat(first.closeErrno()).isZero();
      assertThat(first.sendQueuedBytes()).isZero();
      assertThat(first.uid()).isEqualTo(OptionalLong.empty());
      assertThat(first.workerId()).isEqualTo(OptionalInt.empty());
      int listening = server.getSocket().orElseThrow().descriptor();
      assertThat(first.serverFd()).isEqualTo(listening);
      if (variant.transport().equals("nio")) {
        assertThat(first.socketFd()).isEqualTo(-1);
      } else {
        assertThat(first.socketFd()).isPositive().isNotEqualTo(listening);
      }
    }
  }

  @ServerMatrix
  void givesMapWithKeysOfSwoole(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected.add(fd));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      running.client();
      long fd = Traffic.take(connected);

      String[] keys = {
        "server_port",
        "server_fd",
        "socket_fd",
        "socket_type",
        "remote_port",
        "remote_ip",
        "reactor_id",
        "connect_time",
        "last_time",
        "last_recv_time",
        "last_send_time",
        "last_dispatch_time",
        "close_errno",
        "recv_queued_bytes",
        "send_queued_bytes"
      };
      assertThat(server.getClientInfo(fd).orElseThrow().asMap()).containsOnlyKeys(keys);
      assertThat(server.bind(fd, 42)).isTrue();
      Map<String, Object> bound = server.connectionInfo(fd).orElseThrow().asMap();
      assertThat(bound).containsKeys(keys).containsEntry("uid", 42L).hasSize(keys.length + 1);
    }
  }

  @ServerMatrix
  void bindsConnectionToOneUserOnce(ServerVariant variant) throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected.add(fd));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      running.client();
      long fd = Traffic.take(connected);

      assertThat(server.bind(fd, 0)).isFalse();
      assertThat(server.getLastError()).isEqualTo(505);
      assertThat(server.bind(fd, 42)).isTrue();
      assertThat(server.bind(fd, 42)).isFalse();
      assertThat(server.getLastError()).isEqualTo(505);
      assertThat(server.bind(fd, 43)).isFalse();
      assertThat(server.getClientInfo(fd).orElseThrow().uid()).hasValue(42);
      assertThat(server.bind(fd + 100, 42)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void isThereInsideCloseEventAndGoneAfterIt(ServerVariant variant) throws Exception {
    record Closed(long fd, boolean exists, @Nullable ClientInfo info) {}
    BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.close(fd));
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) ->
            closed.add(new Closed(fd, s.exist(fd), s.getClientInfo(fd).orElse(null))));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient byServer = running.client();
      byServer.send("close me").expectEof();
      byServer.close();
      running.client().close();

      for (int i = 0; i < 2; i++) {
        Closed event = Traffic.take(closed);
        assertThat(event.exists()).isFalse();
        assertThat(event.info()).isNotNull();
        assertThat(event.info().closeErrno()).isZero();
        assertThat(event.info().remoteIp()).isEqualTo("127.0.0.1");
        Traffic.until(() -> server.getClientInfo(event.fd()).isEmpty());
      }
    }
  }

  @ServerMatrix
  void isEmptyForUnknownSessionAndBeforeStart(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    assertThat(server.getClientInfo(1)).isEmpty();

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.server().getClientInfo(1)).isEmpty();
      assertThat(server.getClientInfo(0)).isEmpty();
      assertThat(server.getClientInfo(-1)).isEmpty();
      assertThat(server.getClientInfo(Long.MAX_VALUE)).isEmpty();
    }
  }

  @ServerMatrix
  void stampsDispatchTimeWhenPacketIsQueued(ServerVariant variant) throws Exception {
    record Seen(long now, double dispatched) {}
    BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 1);
    server.set(Settings.OPEN_EOF_SPLIT, true);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          long now = System.currentTimeMillis();
          seen.add(new Seen(now, s.getClientInfo(fd).orElseThrow().lastDispatchTime()));
          Traffic.until(() -> System.currentTimeMillis() > now + 20);
        });

    try (RunningServer running = RunningServer.start(server)) {
      double before = System.currentTimeMillis() / 1000.0;
      running.client().send("one\r\n\r\ntwo\r\n\r\n");

      // They came together: the second was queued before the first was handled.
      Seen first = Traffic.take(seen);
      Seen second = Traffic.take(seen);
      assertThat(first.dispatched()).isBetween(before, first.now() / 1000.0);
      assertThat(second.dispatched()).isBetween(before, first.now() / 1000.0);
      assertThat(second.now()).isGreaterThan(first.now() + 20);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void countsBytesThatWaitForWorker(ServerVariant variant) throws Exception {
    BlockingQueue<Long> received = new LinkedBlockingQueue<>();
    CountDownLatch release = new CountDownLatch(1);
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          received.add(fd);
          release.await(30, TimeUnit.SECONDS);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(new byte[1000]);
      long fd = Traffic.take(received);
      client.send(new byte[5000]);

      Traffic.until(() -> server.getClientInfo(fd).orElseThrow().recvQueuedBytes() == 6000);
      release.countDown();
      Traffic.until(() -> server.getClientInfo(fd).orElseThrow().recvQueuedBytes() == 0);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void tellsWorkerThatDispatchModeEightHasFixed(ServerVariant variant) throws Exception {
    record Seen(int worker, OptionalInt fixed) {}
    BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 2).set(Settings.DISPATCH_MODE, 8);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            seen.add(new Seen(s.workerId(), s.getClientInfo(fd).orElseThrow().workerId())));

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("one");
      Seen event = Traffic.take(seen);

      assertThat(event.fixed()).hasValue(event.worker());
    }
  }
}
