// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.swoole4j.setting.PackageLengthFunction;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.Level;

/** Framing by the user's function, and none at all. */
class LengthFunctionTest {

  private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();

  private Server server(ServerVariant variant, PackageLengthFunction lengths) {
    Server server = variant.newServer().set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(Settings.PACKAGE_LENGTH_FUNC, lengths);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          packets.add(new String(data, UTF_8));
          s.send(fd, "OK\n");
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> closes.add(reactorId));
    return server;
  }

  @ServerMatrix
  void deliversPacketsOfTheLengthThatItTells(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant, data -> 3))) {
      RawClient client = running.client().send("abcdefghijklmnopqrstuvwxyz0123456789");

      assertThat(client.readText(36)).isEqualTo("OK\n".repeat(12));
      assertThat(packets).hasSize(12).startsWith("abc", "def").endsWith("456", "789");
    }
  }

  @ServerMatrix
  void waitsForMoreWhenItAnswersZero(ServerVariant variant) throws Exception {
    PackageLengthFunction firstByte = data -> data.remaining() < 4 ? 0 : data.get(0) - '0';
    try (RunningServer running = RunningServer.start(server(variant, firstByte))) {
      RawClient client = running.client();
      client.sendSlices("5....8.......6.....".getBytes(UTF_8), 1);

      assertThat(client.readText(9)).isEqualTo("OK\nOK\nOK\n");
      assertThat(packets).containsExactly("5....", "8.......", "6.....");
    }
  }

  @ServerMatrix
  void closesWhereItAnswersMinusOne(ServerVariant variant) throws Exception {
    expectViolation(server(variant, data -> data.get(0) == '!' ? -1 : 3), "!", "[1204]");
  }

  @ServerMatrix
  void closesWhereItThrows(ServerVariant variant) throws Exception {
    PackageLengthFunction failing =
        data -> {
          if (data.get(0) == '!') {
            throw new IllegalStateException("cannot tell");
          }
          return 3;
        };
    expectViolation(server(variant, failing), "!", "[1204]");
  }

  @ServerMatrix
  void closesWhereItTellsMoreThanTheLimit(ServerVariant variant) throws Exception {
    Server server = server(variant, data -> data.get(0) == '!' ? 101 : 3);
    expectViolation(server.set(Settings.PACKAGE_MAX_LENGTH, 100), "!", "[1201]");
  }

  @ServerMatrix
  void closesWhereItNeverTells(ServerVariant variant) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    PackageLengthFunction never =
        data -> {
          calls.incrementAndGet();
          return data.get(0) == '!' ? 0 : 3;
        };
    expectViolation(server(variant, never), "!".repeat(100_000), "[1204]");
    assertThat(calls.get()).isLessThan(200);
  }

  private void expectViolation(Server server, String bad, String code) throws Exception {
    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("abcdef" + bad);

      assertThat(client.readUntilEof()).isEqualTo("OK\nOK\n".getBytes(UTF_8));
      assertThat(Traffic.take(closes)).isGreaterThanOrEqualTo(0);
      assertThat(packets).containsExactly("abc", "def");
      log.awaitContains(Level.WARN, code + " fd 1 of 127.0.0.1:" + client.localPort());
      assertThat(log.messages(Level.WARN)).hasSize(1);
      assertThat(running.client().send("123").readText(3)).isEqualTo("OK\n");
    }
  }

  @ServerMatrix
  void deliversUnframedBytesInPiecesOfAtMost64KiB(ServerVariant variant) {
    AtomicLong bytes = new AtomicLong();
    AtomicInteger longest = new AtomicInteger();
    AtomicLong sum = new AtomicLong();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          longest.accumulateAndGet(data.length, Math::max);
          sum.addAndGet(checksum(data));
          bytes.addAndGet(data.length);
        });

    try (RunningServer running = RunningServer.start(server)) {
      byte[] sent = Traffic.letters(8 << 20);
      running.client().send(sent);

      Traffic.until(() -> bytes.get() == sent.length);
      assertThat(sum).hasValue(checksum(sent));
      assertThat(longest.get()).isBetween(1, 65_536);
    }
  }

  private static long checksum(byte[] data) {
    long sum = 0;
    for (byte b : data) {
      sum += b;
    }
    return sum;
  }

  @ServerMatrix
  void keepsNoMemoryOfManyPacketsOfRandomSize(ServerVariant variant) {
    AtomicLong bytes = new AtomicLong();
    Server server = variant.newServer().set(Settings.OPEN_EOF_SPLIT, true);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> bytes.addAndGet(data.length));
    Random random = new Random(7);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      long sent = 0;
      long before = 0;
      for (int i = 0; i < 60; i++) {
        byte[] packet = Traffic.letters(4096 + random.nextInt(1 << 20));
        System.arraycopy("\r\n\r\n".getBytes(UTF_8), 0, packet, packet.length - 4, 4);
        client.send(packet);
        sent += packet.length;
        long expected = sent;
        Traffic.until(() -> bytes.get() == expected);
        if (i == 9) {
          before = PlatformDependent.usedDirectMemory();
        }
      }
      assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(16 << 20);
    }
  }
}
