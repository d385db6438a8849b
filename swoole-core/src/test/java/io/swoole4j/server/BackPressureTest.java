// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.event.Level;

/** Workers that are slower than what clients send. */
class BackPressureTest {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger packets = new AtomicInteger();

  /**
   * Buffers in the kernel that a client fills soon when it is not read, and large enough for
   * segments of loopback: below that the sender waits for timers.
   */
  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.set(Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE, 256 * KIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          release.await(30, TimeUnit.SECONDS);
          bytes.addAndGet(data.length);
          packets.incrementAndGet();
        });
    return server;
  }

  private static RawClient client(RunningServer running) {
    return running.client(running.clientOptions().sendBuffer(256 * KIB));
  }

  private static long waiting(Server server) {
    return server.getClientInfo(1).map(ClientInfo::recvQueuedBytes).orElse(0L);
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void readsNoMoreThanMaxQueuedBytesAndThenAllOfIt(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, MIB);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = client(running);
      AtomicLong sent = new AtomicLong();
      // More than once where the server pauses for a while for no other reason than a busy machine.
      Traffic.until(
          () -> {
            sent.addAndGet(
                client.sendUntilBlocked(new byte[64 * KIB], Duration.ofMillis(200), 10 * MIB));
            return waiting(server) >= MIB;
          });
      long taken = sent.get();

      assertThat(taken).isLessThan(3 * MIB);
      assertThat(waiting(server)).isBetween((long) MIB, MIB + 64L * KIB);
      release.countDown();
      byte[] rest = new byte[(int) (10 * MIB - taken)];
      client.send(rest);
      Traffic.until(() -> bytes.get() == 10 * MIB);
      Traffic.until(() -> waiting(server) == 0);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void resumesWhateverTheLimit(ServerVariant variant) {
    for (int limit : new int[] {1, 2, 3, 100}) {
      bytes.set(0);
      release.countDown();
      Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, limit);

      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        for (int i = 1; i <= 20; i++) {
          long expected = i * 1000L;
          client.send(new byte[1000]);
          Traffic.until(() -> bytes.get() == expected);
        }
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void deliversAllOfClientThatHalfClosesWhileItIsNotRead(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, 16 * KIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          release.await(30, TimeUnit.SECONDS);
          assertThat(s.send(fd, data)).isTrue();
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = client(running);
      // Little enough for the kernel to hold it all, so that the end of it is seen while paused.
      byte[] sent = Traffic.letters(240 * KIB);
      client.send(sent).shutdownOutput();
      Traffic.until(() -> waiting(server) > 16 * KIB);
      client.expectNothing(Duration.ofMillis(100));
      release.countDown();

      assertThat(client.readUntilEof()).isEqualTo(sent);
      Traffic.untilNothingIsLeft(server);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void stopsReadingFromThoseThatFeedFullMailboxAndResumes(ServerVariant variant) {
    int size = 32;
    Server server = server(variant).set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(Settings.MAX_QUEUED_BYTES, 0);
    ByteBuffer chunk = ByteBuffer.allocate(512 * size);
    while (chunk.hasRemaining()) {
      chunk.putInt(size - 4).position(chunk.position() + size - 4);
    }

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = List.of(client(running), client(running));
      int expected = 0;
      List<byte[]> missing = new ArrayList<>();
      for (RawClient client : clients) {
        long taken = client.sendUntilBlocked(chunk.array(), Duration.ofMillis(300), 8 * MIB);
        int cut = (int) (taken % chunk.capacity());
        missing.add(Arrays.copyOfRange(chunk.array(), cut, cut + (-cut & (size - 1))));
        expected += (int) (taken + size - 1) / size;
      }

      // The kernel holds more than that, whenever the server comes to read it.
      Traffic.until(() -> (long) server.stats().get("dispatch_count") >= 16L * KIB);
      long handedOver = (long) server.stats().get("dispatch_count");
      assertThat(handedOver).isBetween(16L * KIB, 128L * KIB).isLessThan(expected);
      release.countDown();
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send(missing.get(i)).shutdownOutput();
      }
      Traffic.until(() -> server.connections().size() == 0);
      assertThat(packets).hasValue(expected);
    }
  }

  @ServerMatrix
  void deliversAllAlthoughWorkerStartsSlowlyAndGreetsOthers(ServerVariant variant)
      throws Exception {
    Server server = server(variant).set(Settings.OPEN_LENGTH_CHECK, true);
    server.on(Event.WORKER_START, (s, workerId) -> release.await(30, TimeUnit.SECONDS));
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.send(fd, "hello"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient pushing = running.client();
      Thread pusher =
          new Thread(
              () -> {
                for (int size : new int[] {8 * KIB, MIB, 100 * KIB, 600 * KIB, 8 * KIB, MIB}) {
                  pushing.send(ByteBuffer.allocate(size).putInt(size - 4).array());
                }
              });
      pusher.start();
      RawClient second = running.client();
      second.expectNothing(Duration.ofMillis(200));
      release.countDown();

      assertThat(second.readText(5)).isEqualTo("hello");
      Traffic.until(() -> packets.get() == 6);
      assertThat(bytes.get()).isEqualTo((8 + 1024 + 100 + 600 + 8 + 1024) * (long) KIB);
      pusher.join();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void takesAllFromClientThatIsFasterThanItsHandler(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_QUEUED_BYTES, MIB);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
          bytes.addAndGet(data.length);
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send(new byte[10 * MIB]);

      Traffic.until(() -> bytes.get() == 10 * MIB);
    }
  }

  @ServerMatrix
  void blockedWorkerHoldsUpNobodyElseAndIsReported(ServerVariant variant) {
    AtomicInteger blocked = new AtomicInteger(-1);
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 2);
    server.set(Settings.BLOCKED_CALLBACK_TIME, 0.2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data[0] == 'b') {
            blocked.set(s.workerId());
            release.await(30, TimeUnit.SECONDS);
          }
          s.send(fd, Integer.toString(s.workerId()));
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      List<RawClient> others = new ArrayList<>();
      RawClient victim = running.client();
      String worker = victim.send("?").readText(1);
      while (others.size() < 3) {
        RawClient candidate = running.client();
        if (!candidate.send("?").readText(1).equals(worker)) {
          others.add(candidate);
        }
      }

      // On a busy machine short callbacks, too, may take long enough to be reported.
      Traffic.until(() -> server.stats().get("idle_worker_num").equals(2));
      log.clear();
      victim.send("b");
      Traffic.until(() -> blocked.get() >= 0);
      String report = "worker " + blocked.get() + " has been in one callback for";
      log.awaitContains(Level.WARN, report);
      for (int i = 0; i < 20; i++) {
        for (RawClient other : others) {
          assertThat(other.send("?").readText(1)).isNotEqualTo(worker);
        }
      }
      victim.expectNothing(Duration.ofMillis(50));
      assertThat(log.messages(Level.WARN))
          .filteredOn(message -> message.startsWith(report))
          .hasSize(1);
      release.countDown();
      assertThat(victim.readText(1)).isEqualTo(worker);
    }
  }
}
