// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Clients that are sent more than they read. */
class SlowReaderTest {

  private static final int KIB = 1024;
  private static final int LIMIT = 256 * KIB;

  /** The kernel takes little, so that most of what is sent waits in the server. */
  private static Server server(ServerVariant variant) {
    Server server = variant.newServer();
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.set(Settings.SOCKET_BUFFER_SIZE, LIMIT);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private static RawClient slow(RunningServer running) {
    RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
    client.send("?").readExactly(1);
    return client;
  }

  private static long queued(Server server, long fd) {
    return server.getClientInfo(fd).orElseThrow().sendQueuedBytes();
  }

  /** Sends until refused for good; what the kernel takes meanwhile makes room once more. */
  private static int fill(Server server, long fd, byte[] message) {
    int sent = 0;
    for (int refused = 0; refused < 3 && sent < 1000; ) {
      if (server.send(fd, message)) {
        sent++;
        assertThat(queued(server, fd)).isLessThanOrEqualTo(LIMIT);
      } else {
        assertThat(server.getLastError()).isEqualTo(1008);
        refused++;
        long before = queued(server, fd);
        Traffic.until(() -> settled(server, fd, before));
      }
    }
    return sent;
  }

  /** The event loop has had its turn twice, so that nothing moves any more. */
  private static boolean settled(Server server, long fd, long before) throws Exception {
    var loop = server.engine().registry().find(fd).reactor().loop();
    loop.submit(() -> {}).get();
    loop.submit(() -> {}).get();
    return queued(server, fd) <= before;
  }

  @ServerMatrix
  void queuesNoMoreThanSocketBufferSizeAndLosesNothingOfIt(ServerVariant variant) {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      RawClient other = running.client();
      byte[] message = Traffic.letters(32 * KIB);

      int sent = fill(server, 1, message);

      assertThat(sent).isBetween(LIMIT / message.length, 100);
      // The kernel may take a little of it a moment later.
      assertThat(queued(server, 1)).isBetween((long) LIMIT / 2, (long) LIMIT);
      assertThat(server.getClientInfo(1)).isPresent();
      assertThat(other.send("fine").readText(4)).isEqualTo("fine");
      for (int i = 0; i < sent; i++) {
        assertThat(Arrays.equals(client.readExactly(message.length), message)).isTrue();
      }
      Traffic.until(() -> queued(server, 1) == 0);
      assertThat(client.send("again").readText(5)).isEqualTo("again");
    }
  }

  @ServerMatrix
  void answersFalseWith1008InsideHandlerAndGoesOn(ServerVariant variant) throws Exception {
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    byte[] message = Traffic.letters(64 * KIB);
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < 100; i++) {
            if (!s.send(fd, message)) {
              codes.add(s.getLastError());
              return;
            }
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?");

      assertThat(Traffic.take(codes)).isEqualTo(1008);
      assertThat(server.connections().contains(1)).isTrue();
    }
  }

  @ServerMatrix
  void acceptsOneMessageLargerThanTheLimitWhileNothingWaits(ServerVariant variant) {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      byte[] large = Traffic.letters(4 * LIMIT);
      Traffic.until(() -> queued(server, 1) == 0);

      assertThat(server.send(1, large)).isTrue();
      assertThat(server.send(1, "one byte more")).isFalse();
      assertThat(server.getLastError()).isEqualTo(1008);
      assertThat(Arrays.equals(client.readExactly(large.length), large)).isTrue();
    }
  }

  @ServerMatrix
  void holdsLittleDirectMemoryForEachAndFreesAllWhenTheyGo(ServerVariant variant) throws Exception {
    int clients = 40;
    Server server = server(variant).set(Settings.SOCKET_BUFFER_SIZE, 1024 * KIB);

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> slow = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        slow.add(slow(running));
      }
      long before = PlatformDependent.usedDirectMemory();
      List<WeakReference<byte[]>> messages = push(server);

      long perClient = (PlatformDependent.usedDirectMemory() - before) / clients;
      assertThat(perClient).isLessThanOrEqualTo(192 * KIB);
      RawClient other = running.client();
      assertThat(other.send("fine").readText(4)).isEqualTo("fine");
      assertThat(messages).anyMatch(message -> message.get() != null);

      slow.subList(0, clients / 2).forEach(RawClient::abort);
      slow.subList(clients / 2, clients).forEach(RawClient::close);
      other.close();
      Traffic.untilNothingIsLeft(server);
      Traffic.until(
          () -> {
            System.gc();
            return messages.stream().allMatch(message -> message.get() == null);
          });
    }
  }

  /** Gives every connection one message after the other until each has refused one. */
  private static List<WeakReference<byte[]>> push(Server server) {
    List<WeakReference<byte[]>> messages = new ArrayList<>();
    for (long fd : server.connections()) {
      // A client may have read its answer before that has stopped counting.
      Traffic.until(() -> queued(server, fd) == 0);
      byte[] message = new byte[128 * KIB];
      messages.add(new WeakReference<>(message));
      int sent = 0;
      while (sent < 1000 && server.send(fd, message)) {
        sent++;
      }
      assertThat(sent).isBetween(8, 100);
    }
    return messages;
  }
}
