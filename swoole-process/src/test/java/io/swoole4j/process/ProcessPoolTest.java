// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.MessageQueue;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Workers of a pool, with real processes. */
class ProcessPoolTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Workers may be slow on a busy machine. */
  private static final Map<String, ?> PATIENT = Map.of("max_wait_time", 60);

  @TempDir private Path directory;
  private Descriptors before;

  /** A file that every process can write lines into. */
  private record Journal(String file) implements Serializable {
    void add(String line) {
      try {
        Files.writeString(
            Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    List<String> lines() {
      try {
        return Files.exists(Path.of(file)) ? Files.readAllLines(Path.of(file)) : List.of();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    void waitFor(int lines) {
      await().atMost(LIMIT).until(() -> lines().size() >= lines);
    }
  }

  @BeforeEach
  void rememberDescriptors() {
    before = Descriptors.snapshot();
  }

  @AfterEach
  void leavesNoDescriptor() {
    before.awaitNothingOpenedSince(LIMIT);
  }

  private Journal journal() {
    return new Journal(directory.resolve("journal").toString());
  }

  private static CompletableFuture<Boolean> start(ProcessPool pool) {
    return CompletableFuture.supplyAsync(pool::start);
  }

  private static void end(CompletableFuture<Boolean> pool) {
    assertThat(pool).succeedsWithin(LIMIT).isEqualTo(true);
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void livesFromStartToTheEndOfItsWorkers() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(1)
            .set(PATIENT)
            .onStart(p -> journal.add("start " + p.isRunning() + " " + p.workerId()))
            .onShutdown(p -> journal.add("shutdown " + p.isRunning()))
            .onWorkerStart(
                (p, workerId) -> {
                  boolean own = p.workerPid() == ProcessHandle.current().pid();
                  journal.add("workerStart " + workerId + " " + own + " " + p.isWorkerRunning());
                  p.shutdown();
                  waitForEver();
                })
            .onWorkerStop((p, workerId) -> journal.add("workerStop " + p.isWorkerRunning()));
    assertThat(pool.masterPid()).isZero();
    assertThat(pool.workerPid()).isZero();
    assertThat(pool.isWorkerRunning()).isFalse();
    assertThat(pool.reload()).isFalse();
    assertThat(pool.shutdown()).isFalse();

    end(start(pool));

    assertThat(journal.lines())
        .containsExactly(
            "start true -1", "workerStart 0 true true", "shutdown false", "workerStop false");
    assertThat(pool.isRunning()).isFalse();
    assertThatThrownBy(pool::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pool: started (expected: not yet)");
  }

  @Test
  void startsWorkersAgainWhenTheyAreDone() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(1)
            .set(PATIENT)
            .jvmOptions("-XX:TieredStopAtLevel=1")
            .onWorkerStart(
                (p, workerId) -> {
                  journal.add("hello world");
                  if (journal.lines().stream().filter("hello world"::equals).count() == 6) {
                    p.shutdown();
                    waitForEver();
                  }
                })
            .onWorkerStop((p, workerId) -> journal.add("worker stop"));

    end(start(pool));

    assertThat(journal.lines())
        .hasSize(12)
        .containsExactlyElementsOf(
            IntStream.range(0, 12)
                .mapToObj(i -> i % 2 == 0 ? "hello world" : "worker stop")
                .toList());
  }

  @Test
  void isEndedBySignalToItsMasterAndKillsWorkersThatDoNotLeave() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(2)
            .set(Map.of("max_wait_time", 0.5))
            .onWorkerStart(
                (p, workerId) -> {
                  journal.add("started");
                  while (true) {
                    try {
                      waitForEver();
                    } catch (InterruptedException e) {
                      journal.add("ignored");
                    }
                  }
                })
            .onShutdown(p -> journal.add("shutdown"));
    CompletableFuture<Boolean> running = start(pool);
    journal.waitFor(2);

    try (LogCapture log = LogCapture.of(SwooleProcess.class)) {
      SwooleProcess.kill(pool.masterPid(), Signals.SIGTERM);
      end(running);
      assertThat(log.messages(Level.WARN))
          .containsExactlyInAnyOrder(
              "worker 0 of the pool did not leave in time and is killed",
              "worker 1 of the pool did not leave in time and is killed");
    }
    assertThat(journal.lines()).contains("shutdown");
  }

  @Test
  void givesMessagesOfAnyLengthToTheWorkerTheyAreFor() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(2, IpcType.UNIX_SOCKET)
            .set(PATIENT)
            .onWorkerStart(
                (p, workerId) -> {
                  if (workerId == 1) {
                    journal.add("ready");
                  } else {
                    // a sender waits for room, but not as long as a JVM may take to start
                    journal.waitFor(1);
                    Random random = new Random(7);
                    for (int i = 0; i < 256; i++) {
                      byte[] message = new byte[1 + random.nextInt(i % 8 == 0 ? 1 << 20 : 8192)];
                      Arrays.fill(message, (byte) i);
                      p.sendMessage(message, 1);
                    }
                    journal.add("invalid " + p.sendMessage(new byte[1], -1));
                    journal.add("invalid " + p.sendMessage(new byte[1], 2));
                    journal.add("errno " + SwooleProcess.getLastError());
                    journal.add("long " + p.sendMessage(new byte[(2 << 20) + 1], 1));
                    p.sendMessage("end", 1);
                  }
                })
            .onMessage(
                (p, data) -> {
                  if (new String(data, UTF_8).equals("end")) {
                    p.shutdown();
                    return;
                  }
                  for (byte value : data) {
                    if (value != data[0]) {
                      journal.add("mixed");
                    }
                  }
                  journal.add(p.workerId() + " got " + data[0] + " " + data.length);
                });

    end(start(pool));

    Random random = new Random(7);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      expected.add("1 got " + (byte) i + " " + (1 + random.nextInt(i % 8 == 0 ? 1 << 20 : 8192)));
    }
    assertThat(journal.lines().stream().filter(line -> line.startsWith("1 got")))
        .containsExactlyElementsOf(expected);
    assertThat(journal.lines())
        .containsOnlyOnce("errno " + Errno.EINVAL, "long false")
        .contains("invalid false")
        .doesNotContain("mixed", "invalid true");
  }

  @Test
  void startsFailingWorkersLaterEachTime() {
    ProcessPool pool =
        new ProcessPool(1)
            .set(PATIENT)
            // ends before it has begun to live, however slow the machine is
            .jvmOptions("-XX:+NoSuchOption")
            .onWorkerStart((p, workerId) -> waitForEver());

    List<Long> ends;
    try (LogCapture log = LogCapture.of(SwooleProcess.class)) {
      CompletableFuture<Boolean> running = start(pool);
      await().atMost(LIMIT).until(() -> log.messages(Level.WARN).size() >= 3);
      pool.shutdown();
      end(running);
      assertThat(log.messages(Level.WARN))
          .containsOnly("worker 0 of the pool ended with code 1, signal 0, starting it again");
      assertThat(log.messages(Level.ERROR))
          .containsOnly("worker 0 of the pool cannot run: it ended before it reported");
      ends =
          log.events().stream()
              .filter(event -> event.getLevel().equals(ch.qos.logback.classic.Level.WARN))
              .map(ILoggingEvent::getTimeStamp)
              .toList();
    }
    assertThat(ends.get(1) - ends.get(0)).isGreaterThanOrEqualTo(100);
    assertThat(ends.get(2) - ends.get(1)).isGreaterThanOrEqualTo(200);
  }

  @Test
  void takesMessagesOfQueueInWhicheverWorkerIsFreeAndKeepsTheRest() throws Exception {
    int key = 0x5735_0000 | ThreadLocalRandom.current().nextInt(0xffff);
    MessageQueue queue = MessageQueue.open(key, 0600);
    Journal journal = journal();
    try {
      ProcessPool pool =
          new ProcessPool(2, IpcType.MESSAGE_QUEUE, key)
              .set(PATIENT)
              .onMessage((p, data) -> journal.add(new String(data, UTF_8)))
              .onWorkerStop((p, workerId) -> journal.add("stop"));
      for (int i = 0; i < 20; i++) {
        queue.send(1, bytes("message"), true);
      }
      CompletableFuture<Boolean> running = start(pool);
      journal.waitFor(20);

      // both wait in the kernel now
      assertThat(pool.shutdown()).isTrue();
      end(running);
      assertThat(journal.lines()).filteredOn("message"::equals).hasSize(20);
      assertThat(journal.lines()).filteredOn("stop"::equals).hasSize(2);
      queue.send(1, bytes("later"), true);
      assertThat(queue.state().messages()).isEqualTo(1);
    } finally {
      queue.remove();
    }
  }

  private static String talk(DataOutputStream out, DataInputStream in, String packet)
      throws IOException {
    out.writeInt(packet.length());
    out.write(bytes(packet));
    String answer = new String(in.readNBytes(in.readInt()), UTF_8);
    assertThat(in.read()).isEqualTo(-1);
    return answer;
  }

  private static ProcessPool greeter() {
    return new ProcessPool(2, IpcType.SOCKET)
        .set(Map.of("max_package_size", 1000, "max_wait_time", 60))
        .onMessage(
            (p, data) -> {
              p.write("hello ");
              p.write(data);
              p.write(bytes("!\n"));
            });
  }

  private static String ask(ProcessPool pool, String packet) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), pool.port())) {
      client.setSoTimeout((int) LIMIT.toMillis());
      return talk(
          new DataOutputStream(client.getOutputStream()),
          new DataInputStream(client.getInputStream()),
          packet);
    }
  }

  @Test
  void serveClientsInSeveralWorkersAtOnce() throws Exception {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(2, IpcType.SOCKET)
            .set(PATIENT)
            .onMessage(
                (p, data) -> {
                  journal.add(String.valueOf(p.workerId()));
                  journal.waitFor(2);
                  p.write(data);
                });
    assertThat(pool.listen("127.0.0.1", 0)).isTrue();
    CompletableFuture<Boolean> running = start(pool);

    CompletableFuture<String> other =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return ask(pool, "client");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    // its worker has no time for anybody else from now on
    journal.waitFor(1);
    assertThat(ask(pool, "client")).isEqualTo("client");

    assertThat(other).succeedsWithin(LIMIT).isEqualTo("client");
    assertThat(journal.lines()).containsExactlyInAnyOrder("0", "1");
    pool.shutdown();
    end(running);
  }

  @Test
  void answersClientsInOneFrameEach() throws Exception {
    ProcessPool pool = greeter();
    assertThat(pool.listen("127.0.0.1", 0)).isTrue();
    CompletableFuture<Boolean> running = start(pool);

    for (String name : List.of("client", "other")) {
      assertThat(ask(pool, name)).isEqualTo("hello " + name + "!\n");
    }

    pool.shutdown();
    end(running);
  }

  @Test
  void listensOnPathToo() throws Exception {
    Path path = directory.resolve("pool.sock");
    ProcessPool pool = greeter();
    assertThat(pool.listen("unix:" + path, 0, 16)).isTrue();
    CompletableFuture<Boolean> running = start(pool);

    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(path));
      client.write(ByteBuffer.allocate(6).putInt(2).put(bytes("me")).flip());
      DataInputStream in = new DataInputStream(Channels.newInputStream(client));
      assertThat(new String(in.readNBytes(in.readInt()), UTF_8)).isEqualTo("hello me!\n");
    }

    pool.shutdown();
    end(running);
    assertThat(path).doesNotExist();
  }

  @Test
  void refusesWhatCannotBeListenedOn() throws Exception {
    ProcessPool pool = greeter();
    try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
      assertThat(pool.listen("0.0.0.0", taken.getLocalPort())).isFalse();
      assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EADDRINUSE);
    }
    Path file = Files.writeString(directory.resolve("file"), "somebody's");
    assertThat(pool.listen("unix:" + file, 0)).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EADDRINUSE);
    assertThat(file).hasContent("somebody's");
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(pool.listen("unix:" + pipe, 0)).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EADDRINUSE);
    assertThat(pipe).exists();
    assertThatThrownBy(pool::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pool: not listening (expected: listen before start)");
    assertThatThrownBy(() -> new ProcessPool(1).listen("127.0.0.1", 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new ProcessPool(1).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pool: no handler (expected: onWorkerStart or onMessage)");
    assertThatThrownBy(() -> new ProcessPool(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ProcessPool(1).set(Map.of("enable_coroutine", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("enable_coroutine: unknown (expected: max_package_size or max_wait_time)");
    Object unserializable = new Object();
    assertThatThrownBy(
            () ->
                new ProcessPool(1)
                    .onWorkerStart(
                        (p, workerId) -> p.write(unserializable.toString().getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("onWorkerStart: uses a java.lang.Object (expected: only what is Serializable)");
  }

  @Test
  void connectsWorkersWithEachOtherAndTheMaster() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(2)
            .set(PATIENT)
            .onWorkerStart(
                (p, workerId) -> {
                  SwooleProcess own = p.getProcess().orElseThrow();
                  SwooleProcess first = p.getProcess(0).orElseThrow();
                  if (workerId == 0) {
                    journal.add("own " + own.id() + " " + (own.pid() == p.workerPid()));
                    journal.add("same " + p.getProcess(-1).orElseThrow().id());
                    journal.add("none " + p.getProcess(2).isPresent());
                    byte[] message = own.read(100_000).orElseThrow();
                    journal.add("0 got " + message.length);
                    own.write("one");
                    journal.add("0 got " + new String(own.read().orElseThrow(), UTF_8));
                    own.write("three");
                  } else {
                    first.write(new byte[70_000]);
                    journal.add("1 got " + new String(first.read().orElseThrow(), UTF_8));
                    first.write("two");
                    journal.add("1 got " + new String(first.read().orElseThrow(), UTF_8));
                    p.shutdown();
                  }
                  waitForEver();
                });

    end(start(pool));

    assertThat(journal.lines())
        .containsExactly(
            "own 0 true",
            "same 0",
            "none false",
            "0 got 70000",
            "1 got one",
            "0 got two",
            "1 got three");
  }

  @Test
  void renewsWorkersOneAfterTheOtherAndThoseThatWereKilled() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(2)
            .set(PATIENT)
            .onWorkerStart(
                (p, workerId) -> {
                  journal.add("start " + workerId);
                  waitForEver();
                })
            .onWorkerStop((p, workerId) -> journal.add("stop " + workerId));
    CompletableFuture<Boolean> running = start(pool);
    journal.waitFor(2);

    SwooleProcess.kill(pool.masterPid(), Signals.SIGUSR1);
    journal.waitFor(6);
    // the next is asked to leave when the one before has started, not when it says so here
    assertThat(journal.lines().subList(2, 6))
        .containsExactlyInAnyOrder("stop 0", "start 0", "stop 1", "start 1")
        .containsSubsequence("stop 0", "stop 1", "start 1");

    int killed = pool.getProcess(1).orElseThrow().pid();
    try (LogCapture log = LogCapture.of(SwooleProcess.class)) {
      SwooleProcess.kill(killed, Signals.SIGKILL);
      journal.waitFor(7);
      assertThat(log.messages(Level.WARN))
          .containsExactly("worker 1 of the pool ended with code 0, signal 9, starting it again");
    }
    assertThat(journal.lines().get(6)).isEqualTo("start 1");
    assertThat(pool.getProcess(1).orElseThrow().pid()).isNotEqualTo(killed);

    pool.shutdown();
    end(running);
  }

  @Test
  void logsNoErrorOfWorkersThatItLetsGoBeforeTheyRun() {
    Path pause = directory.resolve("pause");
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(1)
            .set(Map.of("max_wait_time", 0.1))
            .jvmOptions(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+PauseAtStartup",
                "-XX:PauseAtStartupFile=" + pause)
            .onWorkerStart(
                (p, workerId) -> {
                  journal.add("start");
                  waitForEver();
                });
    CompletableFuture<Boolean> running = start(pool);
    await().atMost(LIMIT).until(() -> Files.exists(pause));

    try (LogCapture log = LogCapture.of(SwooleProcess.class)) {
      assertThat(pool.reload()).isTrue();
      await().atMost(LIMIT).until(() -> log.messages(Level.WARN).size() >= 2);
      assertThat(log.messages(Level.WARN))
          .containsExactly(
              "worker 0 of the pool did not leave in time and is killed",
              "worker 0 of the pool ended with code 0, signal 9, starting it again");
      assertThat(log.messages(Level.ERROR)).isEmpty();
    }
    pool.shutdown();
    end(running);
    assertThat(journal.lines()).isEmpty();
  }

  @Test
  void replacesWorkersThatDetachThemselves() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(1)
            .set(PATIENT)
            .onWorkerStart(
                (p, workerId) -> {
                  int count = journal.lines().size();
                  journal.add("start " + count);
                  if (count == 0) {
                    p.detach();
                    journal.waitFor(2);
                    journal.add("goes on");
                  } else {
                    journal.waitFor(3);
                    p.shutdown();
                    waitForEver();
                  }
                });

    end(start(pool));

    assertThat(journal.lines()).containsExactly("start 0", "start 1", "goes on");
  }

  @Test
  void stopsCallingWorkerAfterItsMessage() {
    Journal journal = journal();
    ProcessPool pool =
        new ProcessPool(1, IpcType.UNIX_SOCKET)
            .set(PATIENT)
            .onWorkerStart((p, workerId) -> journal.add("start"))
            .onMessage(
                (p, data) -> {
                  journal.add(new String(data, UTF_8));
                  p.stop();
                });
    CompletableFuture<Boolean> running = start(pool);
    journal.waitFor(1);

    try (LogCapture log = LogCapture.of(SwooleProcess.class)) {
      assertThat(pool.sendMessage(bytes("nobody"), -1)).isFalse();
      assertThat(pool.sendMessage(bytes("nobody"), 1)).isFalse();
      assertThat(log.messages(Level.WARN))
          .containsExactly(
              "invalid worker_id: -1 (expected: 0 to 0)",
              "invalid worker_id: 1 (expected: 0 to 0)");
    }
    pool.sendMessage(bytes("one"), 0);
    pool.sendMessage(bytes("two"), 0);
    journal.waitFor(5);
    assertThat(journal.lines()).containsExactly("start", "one", "start", "two", "start");

    pool.shutdown();
    end(running);
    assertThatThrownBy(pool::stop)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stop: in the master (expected: in a worker)");
  }
}
