// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.LogLevel;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.TlsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Full load for a long time over TCP, TLS, Unix sockets and UDP, with connections that come, go and
 * break, tasks, files, timers, reloads and workers that die; then heap, direct memory, threads and
 * descriptors have to be what they were. Not part of the build: {@code mvn -Psoak -pl swoole-core
 * verify}, 10 minutes in each mode unless {@code -Dswoole4j.soak.seconds} says otherwise; {@code
 * -Dswoole4j.soak.coroutines=true} for callbacks on virtual threads.
 */
class ServerSoak {
  /** Of load in each mode. */
  private static final long SECONDS = Long.getLong("swoole4j.soak.seconds", 600);

  private static final int SAMPLES = 15;
  private static final int PLAIN_CLIENTS = 4;
  private static final int KIB = 1024;

  /** What is leaked on purpose, to see the check fail: heap, threads or descriptors. */
  private static final String LEAK = System.getProperty("swoole4j.soak.leak", "");

  private static final boolean COROUTINES = Boolean.getBoolean("swoole4j.soak.coroutines");

  @TempDir static Path directory;

  private final List<Object> leaked = new ArrayList<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicLong> exchanges = new ConcurrentHashMap<>();
  private final AtomicLong datagramsLost = new AtomicLong();
  private Path file;
  private volatile long deadline;

  private Server server(ServerMode mode) throws IOException {
    Certificates certificates = Certificates.in(directory).authority("server", "localhost", "ec");
    file = Files.write(directory.resolve("file"), Traffic.letters(100 * KIB));
    Server server = Lines.framed(new Server("127.0.0.1", 0, mode, SocketType.TCP));
    server.set(Settings.WORKER_NUM, 2).set(Settings.TASK_WORKER_NUM, 1);
    server.set(Settings.LOG_LEVEL, LogLevel.NONE).set(Settings.ENABLE_COROUTINE, COROUTINES);
    server.on(Event.WORKER_START, (s, workerId) -> s.tick(10, id -> s.stats()));
    server.on(Event.WORKER_EXIT, (s, workerId) -> s.clearTimer(1));
    server.on(Event.TASK, (s, taskId, workerId, data) -> data);
    server.on(Event.RECEIVE, this::received);
    server.on(Event.PACKET, (s, data, peer) -> s.sendto(peer.address(), peer.port(), data));
    server
        .addListener("127.0.0.1", 0, SocketType.TCP.withSsl())
        .set("open_eof_split", true)
        .set("package_eof", "\n")
        .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
        .set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
    server.addListener(directory.resolve(mode + ".sock").toString(), 0, SocketType.UNIX_STREAM);
    server.addListener("127.0.0.1", 0, SocketType.UDP);
    return server;
  }

  private void received(Server server, long fd, int reactorId, byte[] data) {
    switch (data[0]) {
      case 'x' -> throw new AssertionError("asked for");
      case 't' -> {
        if (server.taskworker()
            || server.task(data, -1, (s, taskId, result) -> s.send(fd, (byte[]) result)) < 0) {
          server.send(fd, data);
        }
      }
      case 'f' -> server.sendfile(fd, file, 0, data.length);
      case 'c' -> server.close(fd);
      default -> server.send(fd, data);
    }
  }

  @ParameterizedTest
  @EnumSource
  @ExpectErrors
  @Timeout(value = 1, unit = TimeUnit.DAYS)
  void endsAsItBegan(ServerMode mode) throws Exception {
    long nanos = TimeUnit.SECONDS.toNanos(SECONDS);
    SoakSamples samples = new SoakSamples();
    Server server = server(mode);
    try (RunningServer running = RunningServer.start(server)) {
      List<ServerPort> ports = server.ports();
      deadline = System.nanoTime() + nanos;
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < PLAIN_CLIENTS; i++) {
        Random random = new Random(i);
        threads.add(start(() -> plainClient(running.port(), random)));
      }
      threads.add(start(() -> tlsClient(ports.get(1).port(), new Random(10))));
      threads.add(start(() -> unixClient(ports.get(2).host(), new Random(11))));
      threads.add(start(() -> udpClient(ports.get(3).port(), new Random(12))));
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

    System.out.println(mode + ": exchanges " + exchanges + ", " + samples);
    assertThat(wrong).isEmpty();
    assertThat(exchanges).containsOnlyKeys("plain", "tls", "unix", "udp", "task", "file");
    // A machine that is busy otherwise does far more.
    exchanges.forEach((kind, count) -> assertThat(count.get()).as(kind).isGreaterThan(2 * SECONDS));
    assertThat(datagramsLost.get()).isLessThan(1 + exchanges.get("udp").get() / 1000);
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

  private void count(String kind) {
    exchanges.computeIfAbsent(kind, absent -> new AtomicLong()).incrementAndGet();
  }

  private void check(String kind, String answer, String expected) {
    if (!answer.equals(expected)) {
      wrong.add(kind + ": " + answer.length() + " bytes (expected: " + expected.length() + ")");
    }
    count(kind);
  }

  /** A line that is answered as it is. */
  private static String line(Random random) {
    return "e" + "y".repeat(random.nextInt(4 * KIB)) + "\n";
  }

  /** Connects, exchanges a while, and ends in one of several ways. */
  private void plainClient(int port, Random random) {
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
    String line = line(random);
    int kind = random.nextInt(2000);
    if (kind == 0) {
      check("plain", client.send("x\n" + line).readText(line.length()), line);
    } else if (kind < 100) {
      String task = "t" + line;
      check("task", client.send(task).readText(task.length()), task);
    } else if (kind < 120) {
      String wanted = "f" + line;
      String part = new String(Traffic.letters(wanted.length()), UTF_8);
      check("file", client.send(wanted).readText(wanted.length()), part);
    } else {
      check("plain", client.send(line).readText(line.length()), line);
    }
  }

  private void tlsClient(int port, Random random) {
    while (System.nanoTime() - deadline < 0) {
      try (TlsClient client = TlsClient.connect(port)) {
        int rounds = random.nextInt(200);
        for (int i = 0; i < rounds; i++) {
          String line = line(random);
          check("tls", client.send(line).readText(line.length()), line);
        }
        switch (random.nextInt(3)) {
          case 0 -> client.abort();
          case 1 -> client.send("c\n").readUntilEnd();
          default -> client.send("unread\n");
        }
      }
    }
  }

  private void unixClient(String path, Random random) {
    while (System.nanoTime() - deadline < 0) {
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        int rounds = random.nextInt(200);
        for (int i = 0; i < rounds; i++) {
          String line = line(random);
          client.write(ByteBuffer.wrap(line.getBytes(UTF_8)));
          ByteBuffer answer = ByteBuffer.allocate(line.length());
          while (answer.hasRemaining() && client.read(answer) >= 0) {
            // The rest comes with the next one.
          }
          check("unix", new String(answer.array(), 0, answer.position(), UTF_8), line);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One datagram after the other; one that does not come back in a second is lost. */
  private void udpClient(int port, Random random) {
    while (System.nanoTime() - deadline < 0) {
      try (DatagramSocket client = new DatagramSocket()) {
        client.connect(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(1000);
        int rounds = 1 + random.nextInt(200);
        for (int i = 0; i < rounds; i++) {
          byte[] data = line(random).getBytes(UTF_8);
          DatagramPacket answer = new DatagramPacket(new byte[8 * KIB], 8 * KIB);
          client.send(new DatagramPacket(data, data.length));
          client.receive(answer);
          check("udp", new String(answer.getData(), 0, answer.getLength(), UTF_8), text(data));
        }
      } catch (SocketTimeoutException e) {
        datagramsLost.incrementAndGet();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String text(byte[] data) {
    return new String(data, UTF_8);
  }
}
