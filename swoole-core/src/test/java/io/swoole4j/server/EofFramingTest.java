// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.event.Level;

class EofFramingTest {

  private static final int KIB = 1024;

  private final BlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();

  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          packets.add(data);
          s.send(fd, "SUCCESS");
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> closes.add(reactorId));
    return server;
  }

  private String take() throws InterruptedException {
    return new String(Traffic.take(packets), ISO_8859_1);
  }

  private static byte[] packet(int size, String eof) {
    byte[] packet = Traffic.letters(size + eof.length());
    System.arraycopy(eof.getBytes(ISO_8859_1), 0, packet, size, eof.length());
    return packet;
  }

  @ServerMatrix
  void deliversPacketWholeThatArrivesInSlices(ServerVariant variant) throws Exception {
    for (String option : new String[] {"open_eof_check", "open_eof_split"}) {
      Server server = server(variant).set(option, true);

      try (RunningServer running = RunningServer.start(server)) {
        byte[] packet = packet(24 * KIB, "\r\n\r\n");
        RawClient client = running.client().sendSlices(packet, 2 * KIB);

        assertThat(client.readText(7)).isEqualTo("SUCCESS");
        assertThat(Traffic.take(packets)).isEqualTo(packet);
        assertThat(packets).isEmpty();
      }
    }
  }

  @ServerMatrix
  void deliversMebibyteThatArrivesInSmallWritesAtOnce(ServerVariant variant) throws Exception {
    Server server = server(variant).set("open_eof_check", true).set("package_eof", "\r\n");

    try (RunningServer running = RunningServer.start(server)) {
      byte[] packet = packet(KIB * KIB, "\r\n");
      RawClient client = running.client().sendSlices(packet, 2 * KIB);

      assertThat(client.readText(7)).isEqualTo("SUCCESS");
      assertThat(Arrays.equals(Traffic.take(packets), packet)).isTrue();
      assertThat(packets).isEmpty();
    }
  }

  @ServerMatrix
  void checkDeliversWhatHasArrivedTogetherAndSplitOneByOne(ServerVariant variant) throws Exception {
    Server server = server(variant).set("open_eof_check", true).set("package_eof", "\n");
    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("one\ntwo\nthree\n").readExactly(7);
      assertThat(take()).isEqualTo("one\ntwo\nthree\n");
    }

    server = server(variant).set("open_eof_split", true).set("package_eof", "\n");
    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("one\ntwo\n\nrest").readExactly(21);
      assertThat(take()).isEqualTo("one\n");
      assertThat(take()).isEqualTo("two\n");
      assertThat(take()).isEqualTo("\n");
      assertThat(packets).isEmpty();
    }
  }

  @ServerMatrix
  void checkWaitsUntilTheBufferEndsWithTheMark(ServerVariant variant) throws Exception {
    Server server = server(variant).set("open_eof_check", true).set("package_eof", "\r\n");

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("one\r\ntw");
      Traffic.until(() -> server.stats().get("total_recv_bytes").equals(7L));
      assertThat(packets).isEmpty();
      client.send("o\r\n").readExactly(7);
      assertThat(take()).isEqualTo("one\r\ntwo\r\n");
    }
  }

  @ServerMatrix
  void splitHoldsWhenBothAreOnAndWinsOverLength(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set("open_eof_check", true).set("open_eof_split", true).set("open_length_check", true);
    server.set("package_eof", ";");

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("\0\0\0\5;longer than the length says;").readExactly(14);

      assertThat(take()).isEqualTo("\0\0\0\5;");
      assertThat(take()).isEqualTo("longer than the length says;");
    }
  }

  @ServerMatrix
  void findsMarkThatBeginsInsideAnAttemptOfItself(ServerVariant variant) throws Exception {
    Server server = server(variant).set("open_eof_split", true).set("package_eof", "aabaaaab");

    try (RunningServer running = RunningServer.start(server)) {
      String bytes = "xaabaaabaaaabyaaabaaaab";
      RawClient client = running.client();
      client.sendSlices(bytes.getBytes(ISO_8859_1), 1).readExactly(14);

      assertThat(take()).isEqualTo("xaabaaabaaaab");
      assertThat(take()).isEqualTo("yaaabaaaab");
    }
  }

  @ServerMatrix
  void closesPeerWhosePacketIsTooLong(ServerVariant variant) throws Exception {
    for (String option : new String[] {"open_eof_check", "open_eof_split"}) {
      Server server = server(variant).set(option, true).set("package_eof", "\r\n");
      server.set(Settings.PACKAGE_MAX_LENGTH, 1000);
      // The server before may have been the first to close what it had left.
      closes.clear();

      try (LogCapture log = LogCapture.of("io.swoole4j");
          RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        byte[] longest = packet(998, "\r\n");
        client.send(longest).readExactly(7);
        assertThat(Traffic.take(packets)).isEqualTo(longest);

        client.send("before\r\n").readExactly(7);
        client.send("x".repeat(999) + "\r\n");
        client.expectEof();

        assertThat(take()).isEqualTo("before\r\n");
        assertThat(Traffic.take(closes)).isGreaterThanOrEqualTo(0);
        assertThat(packets).isEmpty();
        log.awaitContains(Level.WARN, "127.0.0.1:" + client.localPort());
        assertThat(log.messages(Level.WARN)).hasSize(1).first().asString().contains("[1201]");
        assertThat(running.client().send("next\r\n").readText(7)).isEqualTo("SUCCESS");
        assertThat(take()).isEqualTo("next\r\n");
      }
    }
  }

  @ServerMatrix
  void passesOverEveryByteOnceHoweverManyWaitForTheMark(ServerVariant variant) throws Exception {
    for (String option : new String[] {"open_eof_check", "open_eof_split"}) {
      Server server = server(variant).set(option, true).set("package_eof", "\r\n\r\n");

      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        byte[] packet = packet(2 * KIB * KIB - 4, "\r\n\r\n");
        int slow = 16 * KIB;
        client.send(Arrays.copyOf(packet, packet.length - slow));
        // Looking at all that waits for every byte that comes would take 32 GiB of comparisons.
        client.sendSlices(Arrays.copyOfRange(packet, packet.length - slow, packet.length), 1);

        assertThat(client.readText(7)).isEqualTo("SUCCESS");
        assertThat(Arrays.equals(Traffic.take(packets), packet)).isTrue();
      }
    }
  }
}
