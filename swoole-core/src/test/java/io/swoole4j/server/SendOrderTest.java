// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** When and in which order what was sent reaches clients. */
class SendOrderTest {

  private static final int MIB = 1 << 20;

  private static Server echo(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  /** A thread that reports what it throws at the end of the test. */
  private static Thread start(List<Throwable> failures, Runnable task) {
    Thread thread = new Thread(task);
    thread.setUncaughtExceptionHandler((failed, cause) -> failures.add(cause));
    thread.start();
    return thread;
  }

  @ServerMatrix
  void keepsOrderOfEachThreadThatSends(ServerVariant variant) throws Exception {
    int threads = 4;
    int messages = 3000;
    Server server = echo(variant);
    List<Throwable> failures = new CopyOnWriteArrayList<>();

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("?").readExactly(1);
      List<Thread> senders = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        String format = t + ":%06d\n";
        senders.add(
            start(
                failures,
                () -> {
                  for (int i = 0; i < messages; i++) {
                    assertThat(server.send(1, String.format(format, i))).isTrue();
                  }
                }));
      }

      int[] next = new int[threads];
      for (String line : client.readText(threads * messages * 9).lines().toList()) {
        int sender = line.charAt(0) - '0';
        assertThat(Integer.parseInt(line.substring(2))).isEqualTo(next[sender]++);
      }
      for (Thread sender : senders) {
        sender.join();
      }
      assertThat(next).containsOnly(messages);
      assertThat(failures).isEmpty();
    }
  }

  @ServerMatrix
  void broadcastsInOrderToEveryConnection(ServerVariant variant) throws Exception {
    int clients = 20;
    int rounds = 50;
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < rounds; i++) {
            String line = String.format("%03d\n", i);
            s.connections().forEach(to -> assertThat(s.send(to, line)).isTrue());
          }
        });
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.send(fd, "hi"));

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(running.client());
      }
      all.forEach(client -> assertThat(client.readText(2)).isEqualTo("hi"));

      all.get(3).send("go");

      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < rounds; i++) {
        expected.append(String.format("%03d\n", i));
      }
      for (RawClient client : all) {
        assertThat(client.readText(expected.length())).isEqualTo(expected.toString());
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void reachesClientAlthoughHandlerGoesOnToBlock(ServerVariant variant) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1).set(Settings.REACTOR_NUM, 2);
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.send(fd, "hi"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          // The reactor that handed this over is done with it and asleep by now.
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
          s.connections().forEach(to -> s.send(to, "now"));
          // Longer than clients wait.
          release.await(60, TimeUnit.SECONDS);
        });

    try (RunningServer running = RunningServer.start(server)) {
      // Ids go round the two reactors: the sender's own and the other both have a listener.
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(running.client());
        assertThat(clients.get(i).readText(2)).isEqualTo("hi");
      }
      assertThat(reactors(server)).contains(0, 1);

      clients.get(0).send("?");
      clients.forEach(client -> assertThat(client.readText(3)).isEqualTo("now"));
      release.countDown();
    }
  }

  private static List<Integer> reactors(Server server) {
    return server.getClientList().stream()
        .map(fd -> server.getClientInfo(fd).orElseThrow().reactorId())
        .toList();
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void queuesWithoutWaitingWhileReactorIsBusy(ServerVariant variant) throws Exception {
    int messages = 12;
    CountDownLatch received = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    BlockingQueue<Boolean> queued = new LinkedBlockingQueue<>();
    AtomicInteger ticks = new AtomicInteger();
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 1).set(Settings.REACTOR_NUM, 1);
    server.set(Settings.SOCKET_BUFFER_SIZE, 16 * MIB);
    server.on(Event.WORKER_START, (s, workerId) -> s.tick(10, id -> ticks.incrementAndGet()));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          received.countDown();
          busy.await(30, TimeUnit.SECONDS);
          for (int i = 0; i < messages; i++) {
            byte[] message = new byte[MIB];
            Arrays.fill(message, (byte) ('a' + i));
            assertThat(s.send(fd, message)).isTrue();
          }
          queued.add(true);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("?");
      // The reactor has read before it is blocked.
      assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
      server.engine().registry().find(1).execute(() -> block(busy, release));

      assertThat(Traffic.take(queued)).as("sends while the reactor is busy").isTrue();
      int before = ticks.get();
      Traffic.until(() -> ticks.get() >= before + 5);
      release.countDown();
      byte[] all = client.readExactly(messages * MIB);
      for (int i = 0; i < all.length; i++) {
        if (all[i] != 'a' + i / MIB) {
          assertThat(all[i]).as("byte %d", i).isEqualTo((byte) ('a' + i / MIB));
        }
      }
    }
  }

  private static void block(CountDownLatch entered, CountDownLatch release) {
    entered.countDown();
    try {
      release.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ServerMatrix
  void deliversManyLargePacketsSentInConnectEventCompletely(ServerVariant variant) {
    int packets = 32;
    List<byte[]> letters = new ArrayList<>();
    for (int i = 0; i < packets; i++) {
      byte[] packet = new byte[256 * 1024];
      Arrays.fill(packet, (byte) ('A' + i));
      letters.add(packet);
    }
    Server server = variant.newServer();
    server.set(Settings.WORKER_NUM, 2).set(Settings.SOCKET_BUFFER_SIZE, 16 * MIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> letters.forEach(packet -> assertThat(s.send(fd, packet)).isTrue()));

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(running.client());
      }
      for (RawClient client : clients) {
        for (byte[] expected : letters) {
          byte[] packet = client.readExactly(expected.length);
          assertThat(Arrays.equals(packet, expected)).as("packet of %s", expected[0]).isTrue();
        }
        assertThat(client.send("end").readText(3)).isEqualTo("end");
      }
    }
  }

  @ServerMatrix
  void greetsHundredsOfClientsThatArriveTogether(ServerVariant variant) {
    Server server = echo(variant);
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.send(fd, "hello " + fd + "\n"));

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        clients.add(running.client());
      }
      long greeted = clients.stream().map(client -> client.readUntil("\n")).distinct().count();
      assertThat(greeted).isEqualTo(300);
      assertThat(server.connections().size()).isEqualTo(300);
      assertThat(clients.get(299).send("echo".getBytes(UTF_8)).readText(4)).isEqualTo("echo");
    }
  }
}
