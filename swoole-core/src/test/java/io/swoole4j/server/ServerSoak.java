// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.LogLevel;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Full load for a long time, with connections that come, go and break, tasks, timers, reloads and
 * workers that die; then heap, direct memory, threads and descriptors have to be what they were.
 * Not part of the build: {@code mvn -Psoak -pl swoole-core verify}, 10 minutes unless {@code
 * -Dswoole4j.soak.seconds} says otherwise, half of them for each mode.
 */
class ServerSoak {
  private static final long SECONDS = Long.getLong("swoole4j.soak.seconds", 600);
  private static final int SAMPLES = 15;
  private static final int CLIENTS = 6;
  private static final int KIB = 1024;

  /** What is leaked on purpose, to see the check fail: heap, threads or descriptors. */
  private static final String LEAK = System.getProperty("swoole4j.soak.leak", "");

  private final List<Object> leaked = new ArrayList<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicLong exchanges = new AtomicLong();
  private volatile long deadline;

  private static Server server(ServerMode mode) {
    Server server = new Server("127.0.0.1", 0, mode, SocketType.TCP);
    server.set(Settings.WORKER_NUM, 2).set(Settings.TASK_WORKER_NUM, 1);
    server.set("open_eof_split", true).set("package_eof", "\n");
    server.set(Settings.LOG_LEVEL, LogLevel.NONE);
    server.on(Event.WORKER_START, (s, workerId) -> s.tick(10, id -> s.stats()));
    server.on(Event.WORKER_EXIT, (s, workerId) -> s.clearTimer(1));
    server.on(Event.TASK, (s, taskId, workerId, data) -> data);
    server.on(Event.RECEIVE, ServerSoak::received);
    return server;
  }

  private static void received(Server server, long fd, int reactorId, byte[] data) {
    switch (data[0]) {
      case 'x' -> throw new AssertionError("asked for");
      case 't' -> {
        if (server.taskworker()
            || server.task(data, -1, (s, taskId, result) -> s.send(fd, (byte[]) result)) < 0) {
          server.send(fd, data);
        }
      }
      case 'c' -> server.close(fd);
      default -> server.send(fd, data);
    }
  }

  @ParameterizedTest
  @EnumSource
  @ExpectErrors
  @Timeout(value = 1, unit = TimeUnit.DAYS)
  void endsAsItBegan(ServerMode mode) throws Exception {
    long nanos = TimeUnit.SECONDS.toNanos(SECONDS) / ServerMode.values().length;
    SoakSamples samples = new SoakSamples();
    Server server = server(mode);
    try (RunningServer running = RunningServer.start(server)) {
      deadline = System.nanoTime() + nanos;
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        threads.add(start(() -> client(running.port(), random)));
      }
      threads.add(start(() -> operate(server)));
      for (int i = 0; i < SAMPLES; i++) {
        // The last one while the load still goes on.
        long at = deadline - nanos + (i + 1) * (nanos / (SAMPLES + 2));
        while (System.nanoTime() - at < 0) {
          LockSupport.parkNanos(at - System.nanoTime());
        }
        leak();
        samples.add(SoakSamples.Sample.now());
      }
      for (Thread thread : threads) {
        thread.join();
      }
      Traffic.untilNothingIsLeft(server);
    }

    System.out.println(mode + ": " + exchanges + " exchanges, " + samples);
    assertThat(wrong).isEmpty();
    assertThat(exchanges.get()).isGreaterThan(100 * SECONDS);
    assertThat(samples.rising()).isEmpty();
  }

  private void leak() throws Exception {
    switch (LEAK) {
      case "heap" -> leaked.add(new byte[2 * KIB * KIB]);
      case "threads" -> leaked.add(start(() -> LockSupport.parkUntil(Long.MAX_VALUE)));
      case "descriptors" -> {
        for (int i = 0; i < 5; i++) {
          leaked.add(SocketChannel.open());
        }
      }
      default -> assertThat(LEAK).isEmpty();
    }
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
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Reloads, and stops single workers. */
  private void operate(Server server) {
    long round = 0;
    while (System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      if (round++ % 5 == 0) {
        server.reload();
      } else {
        server.stop((int) (round % 3));
      }
    }
  }

  /** Connects, exchanges a while, and ends in one of several ways. */
  private void client(int port, Random random) {
    while (System.nanoTime() - deadline < 0) {
      try (RawClient client = RawClient.connect("127.0.0.1", port)) {
        int rounds = random.nextInt(200);
        for (int i = 0; i < rounds; i++) {
          exchange(client, random);
        }
        switch (random.nextInt(4)) {
          case 0 -> client.abort();
          case 1 -> client.shutdownOutput().readUntilEof();
          case 2 -> client.send("c\n").readUntilEof();
          default -> client.send("unread\n");
        }
      }
    }
  }

  private void exchange(RawClient client, Random random) {
    String line =
        (random.nextInt(20) == 0 ? "t" : "e") + "y".repeat(random.nextInt(4 * KIB)) + "\n";
    String sent = random.nextInt(2000) == 0 ? "x\n" + line : line;
    String answer = client.send(sent).readText(line.length());
    if (!answer.equals(line)) {
      wrong.add("answer of " + answer.length() + " bytes (expected: " + line.length() + ")");
    }
    exchanges.incrementAndGet();
  }
}
