// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.event.Level;

/** Everything at once, at random: what is wrong in the end went wrong on the way. */
class TrafficStressTest {

  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1200);
  private static final int LEAST = 100;
  private static final int KIB = 1024;

  private final Map<Long, Integer> opened = new ConcurrentHashMap<>();
  private final Map<Long, Integer> closed = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicLong connects = new AtomicLong();
  private volatile long begin;

  @ServerMatrix
  void everySessionOpensAndClosesOnceAndNothingIsLeft(ServerVariant variant) throws Exception {
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 3).set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.set(Settings.SOCKET_BUFFER_SIZE, 256 * KIB);
    if (variant.mode() == ServerMode.PROCESS) {
      server.set(Settings.REACTOR_NUM, 2).set(Settings.MAX_QUEUED_BYTES, 8 * KIB);
    }
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected(s, fd));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> received(s, fd, data));
    server.on(Event.CLOSE, (s, fd, reactorId) -> closed(s, fd));

    try (LogCapture log = LogCapture.of("io");
        RunningServer running = RunningServer.start(server)) {
      Descriptors before = Descriptors.snapshot();
      begin = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Random random = new Random(i);
        threads.add(start(() -> client(running.port(), random)));
      }
      threads.add(start(() -> meddle(server, new Random(99))));
      for (Thread thread : threads) {
        thread.join();
      }

      // One that the server has reset at once is no connection to its client, but one to the
      // server.
      Traffic.until(() -> (long) server.stats().get("accept_count") >= connects.get());
      Traffic.untilNothingIsLeft(server);
      before.awaitNothingOpenedSince();
      assertThat(wrong).isEmpty();
      assertThat(opened).hasSizeGreaterThan(LEAST).isEqualTo(closed);
      assertThat(closed.values()).containsOnly(1);
      Traffic.untilStats(
          server,
          Map.of(
              "accept_count",
              (long) opened.size(),
              "close_count",
              (long) opened.size(),
              "connection_num",
              0));
      Traffic.until(() -> server.stats().get("idle_worker_num").equals(3));
      assertThat(log.messages(Level.WARN)).isEmpty();
      assertThat(log.messages(Level.ERROR)).isEmpty();
      assertThat(running.client().send("echo").readText(4)).isEqualTo("echo");
    }
  }

  /** For some time, and on a machine that does little in it until there is something to judge. */
  private boolean goesOn() {
    return System.nanoTime() - begin < NANOS || opened.size() <= LEAST;
  }

  private Thread start(Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (RuntimeException | Error e) {
                wrong.add(e.toString());
              }
            });
    thread.start();
    return thread;
  }

  private void connected(Server server, long fd) {
    opened.merge(fd, 1, Integer::sum);
    if (closed.containsKey(fd)) {
      wrong.add("connect behind close: " + fd);
    }
    if (fd % 17 == 0 && goesOn()) {
      server.close(fd, fd % 2 == 0);
    }
  }

  private void received(Server server, long fd, byte[] data) {
    if (!opened.containsKey(fd) || closed.containsKey(fd)) {
      wrong.add("receive outside connect and close: " + fd);
    }
    switch (data[0]) {
      case 'c' -> server.close(fd);
      case 'r' -> server.close(fd, true);
      case 'l' -> server.send(fd, new byte[200 * KIB]);
      case 'L' -> {
        server.send(fd, new byte[500 * KIB]);
        server.close(fd);
      }
      default -> server.send(fd, data);
    }
  }

  private void closed(Server server, long fd) {
    closed.merge(fd, 1, Integer::sum);
    if (server.exist(fd) || server.getClientInfo(fd).isEmpty() || server.send(fd, "late")) {
      wrong.add("session in its close event: " + fd);
    }
  }

  /** Connects, asks for something at random and ends at random. */
  private void client(int port, Random random) {
    byte[] commands = {'e', 'e', 'c', 'r', 'l', 'L'};
    while (goesOn()) {
      try (RawClient client = RawClient.to("127.0.0.1", port).receiveBuffer(8 * KIB).connect()) {
        connects.incrementAndGet();
        int packets = random.nextInt(4);
        for (int i = 0; i < packets; i++) {
          byte[] packet = new byte[1 + random.nextInt(20 * KIB)];
          packet[0] = commands[random.nextInt(commands.length)];
          client.send(packet);
        }
        switch (random.nextInt(5)) {
          case 0 -> client.abort();
          case 1 -> client.shutdownOutput().readUntilEof();
          case 2 -> client.shutdownOutput();
          case 3 -> client.shutdownOutput().abort();
          default -> client.close();
        }
      } catch (UncheckedIOException e) {
        // The server has reset the connection, which is what some of the commands ask for.
        LockSupport.parkNanos(1);
      }
    }
  }

  /** Sends to sessions and closes some of them from a thread that is no worker. */
  private void meddle(Server server, Random random) {
    while (goesOn()) {
      for (long fd : server.connections()) {
        switch (random.nextInt(8)) {
          case 0 -> server.close(fd);
          case 1 -> server.close(fd, true);
          case 2, 3 -> server.send(fd, new byte[random.nextInt(64 * KIB) + 1]);
          default -> server.getClientInfo(fd);
        }
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    }
  }
}
