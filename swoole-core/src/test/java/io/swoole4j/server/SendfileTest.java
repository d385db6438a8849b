// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

class SendfileTest {

  private static final int KIB = 1024;

  /** Reads slowly, in small pieces, and prints how much there was and its digest. */
  private static final String SLOW_DOWNLOAD =
      """
      import hashlib, socket, sys, time
      s = socket.socket()
      s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
      s.settimeout(30)
      s.connect(("127.0.0.1", int(sys.argv[1])))
      digest, count = hashlib.sha256(), 0
      while True:
          piece = s.recv(65536)
          if not piece: break
          digest.update(piece)
          if count == 0: time.sleep(0.3)
          count += len(piece)
      print(count, digest.hexdigest())
      """;

  @TempDir Path directory;

  private Path file(int size) throws IOException {
    return Files.write(directory.resolve("file"), Traffic.letters(size));
  }

  /** The descriptors of this JVM that lead to files of this test. */
  private long openFiles() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(this::isOfThisTest).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isOfThisTest(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith(directory.toString());
    } catch (IOException e) {
      return false;
    }
  }

  private static Server withHandler(ServerVariant variant, ReceiveHandler handler) {
    Server server = variant.newServer();
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.on(Event.RECEIVE, handler);
    return server;
  }

  @ServerMatrix
  void sendsFilesAndPartsOfThemInOrderWithSends(ServerVariant variant) throws Exception {
    byte[] content = Traffic.letters(3000);
    String file = Files.write(directory.resolve("file"), content).toString();
    Server server =
        withHandler(
            variant,
            (s, fd, reactorId, data) -> {
              s.send(fd, "<");
              assertThat(s.sendfile(fd, file)).isTrue();
              s.send(fd, "|");
              assertThat(s.sendfile(fd, file, 2990)).isTrue();
              s.send(fd, "|");
              assertThat(s.sendfile(fd, file, 10, 5)).isTrue();
              assertThat(s.sendfile(fd, file, 0, 3000)).isTrue();
              s.send(fd, ">");
            });

    try (RunningServer running = RunningServer.start(server)) {
      String whole = new String(content, UTF_8);
      String expected =
          "<" + whole + "|" + whole.substring(2990) + "|" + whole.substring(10, 15) + whole + ">";
      RawClient client = running.client().send("?");

      assertThat(client.readText(expected.length())).isEqualTo(expected);
      Traffic.until(() -> openFiles() == 0);
      Traffic.untilStats(server, Map.of("total_send_bytes", (long) expected.length()));
    }
  }

  @ServerMatrix
  void sendsWholeFileToSlowReaderThenCloses(ServerVariant variant) throws Exception {
    byte[] content = Traffic.letters(5_000_003);
    Path file = Files.write(directory.resolve("file"), content);
    Server server = withHandler(variant, (s, fd, reactorId, data) -> {});
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          s.sendfile(fd, file);
          s.close(fd);
        });

    try (RunningServer running = RunningServer.start(server)) {
      String got = PythonClient.run(SLOW_DOWNLOAD, running.port()).requireSuccess();

      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      assertThat(got).isEqualTo(content.length + " " + HexFormat.of().formatHex(digest));
      Traffic.until(() -> openFiles() == 0);
    }
  }

  @ServerMatrix
  void refusesWhatIsNoFileOrNotInIt(ServerVariant variant) throws Exception {
    Path file = file(100);
    Path empty = Files.createFile(directory.resolve("empty"));
    String missing = directory.resolve("missing").toString();
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    Server server =
        withHandler(
            variant,
            (s, fd, reactorId, data) -> {
              codes.add(s.sendfile(fd, missing) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, "nul\0byte") ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, "") ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, directory.toString()) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, empty, 0, 0) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, file, 100, 0) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, file, 101, 0) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, file, -1, 0) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, file, 0, -1) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, file, 50, 51) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd, file, 1, Long.MAX_VALUE) ? 0 : s.getLastError());
              codes.add(s.sendfile(fd + 100, file, 0, 0) ? 0 : s.getLastError());
              s.send(fd, "on");
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("?").readText(2)).isEqualTo("on");
      assertThat(codes)
          .containsExactly(700, 700, 700, 9013, 702, 702, 505, 505, 505, 505, 505, 1005);
      assertThat(openFiles()).isZero();
    }
  }

  @ServerMatrix
  void holdsAtMostSixtyFourFilesForOneConnection(ServerVariant variant) throws Exception {
    Path file = file(1000 * KIB);
    Server server = withHandler(variant, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?").readExactly(1);
      int sent = 0;
      while (sent < 200 && server.sendfile(1, file, 0, 0)) {
        sent++;
      }

      assertThat(server.getLastError()).isEqualTo(1008);
      assertThat(sent).isBetween(64, 66);
      assertThat(openFiles()).isLessThanOrEqualTo(64);
      client.abort();
      Traffic.untilNothingIsLeft(server);
      Traffic.until(() -> openFiles() == 0);
    }
  }

  @ServerMatrix
  void sendsFileThatIsDeletedMeanwhile(ServerVariant variant) throws Exception {
    Path file = file(4000 * KIB);
    byte[] content = Files.readAllBytes(file);
    Server server = withHandler(variant, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?").readExactly(1);
      assertThat(server.sendfile(1, file, 0, 0)).isTrue();
      Files.delete(file);

      assertThat(Arrays.equals(client.readExactly(content.length), content)).isTrue();
      Traffic.until(() -> openFiles() == 0);
    }
  }

  @ServerMatrix
  void resetsConnectionAndSaysSoOnceWhenFileShrinks(ServerVariant variant) throws Exception {
    Path file = file(4000 * KIB);
    BlockingQueue<Long> closed = new LinkedBlockingQueue<>();
    Server server = withHandler(variant, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.CLOSE, (s, fd, reactorId) -> closed.add(fd));

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?").readExactly(1);
      assertThat(server.sendfile(1, file, 0, 0)).isTrue();
      assertThat(server.sendfile(1, file, 0, 0)).isTrue();
      assertThat(server.send(1, "never reached")).isTrue();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(1000 * KIB);
      }

      // An orderly end would let what has arrived pass for all of it.
      client.expectReset();
      assertThat(Traffic.take(closed)).isEqualTo(1);
      log.awaitContains(Level.WARN, "fd 1 of 127.0.0.1");
      client.close();
      Traffic.untilNothingIsLeft(server);
      assertThat(log.messages(Level.WARN)).hasSize(1);
      Traffic.until(() -> openFiles() == 0);
      assertThat(running.client().send("fine").readText(4)).isEqualTo("fine");
    }
  }

  @ServerMatrix
  void resetsHalfClosedConnectionWhenFileShrinks(ServerVariant variant) throws Exception {
    Path file = file(4000 * KIB);
    Server server = withHandler(variant, (s, fd, reactorId, data) -> s.sendfile(fd, file, 0, 0));

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?").shutdownOutput().readExactly(1);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(1000 * KIB);
      }

      client.expectReset();
      log.awaitContains(Level.WARN, "fd 1 of 127.0.0.1");
      Traffic.untilNothingIsLeft(server);
    }
  }

  @ServerMatrix
  void endsInGoodOrderBehindSeveralFiles(ServerVariant variant) throws Exception {
    Path file = file(300 * KIB);
    Server server =
        withHandler(
            variant,
            (s, fd, reactorId, data) -> {
              s.sendfile(fd, file, 0, 0);
              s.sendfile(fd, file, 0, 0);
              s.send(fd, "end");
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
      client.send("?").shutdownOutput();

      assertThat(client.readUntilEof()).hasSize(600 * KIB + 3);
    }
  }

  @ServerMatrix(modes = ServerMode.BASE, transports = "nio")
  void sendsFilesAlthoughTheirWorkerIsInterrupted(ServerVariant variant) throws Exception {
    Path file = file(KIB);
    AtomicBoolean seen = new AtomicBoolean();
    Server server =
        withHandler(
            variant,
            (s, fd, reactorId, data) -> {
              s.sendfile(fd, file, 0, 0);
              Thread.currentThread().interrupt();
              // Small enough to leave behind the handler, or so much that it leaves at once.
              s.send(fd, Traffic.letters(data[0] == '1' ? KIB : 100 * KIB));
              seen.set(Thread.currentThread().isInterrupted());
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      assertThat(client.send("1").readExactly(2 * KIB)).hasSize(2 * KIB);
      assertThat(client.send("2").readExactly(101 * KIB)).hasSize(101 * KIB);
      assertThat(seen).isTrue();
    }
  }
}
