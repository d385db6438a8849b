// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.end;
import static io.swoole4j.process.Ends.read;
import static io.swoole4j.process.Ends.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.testing.Descriptors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes through the pipe between a process and its parent. */
class PipeTest {
  private Descriptors before;

  @BeforeEach
  void rememberDescriptors() {
    before = Descriptors.snapshot();
  }

  @AfterEach
  void leavesNoChildAndNoDescriptor() {
    assertThat(SwooleProcess.wait(false)).isEmpty();
    before.awaitNothingOpenedSince(Ends.LIMIT);
  }

  /** Sends every message back until there are no more. */
  private static void echo(SwooleProcess child) {
    byte[] data = child.read(1 << 20).orElseThrow();
    while (data.length > 0) {
      child.write(data);
      data = child.read(1 << 20).orElseThrow();
    }
  }

  @Test
  void answersHowMuchItWroteAndReadsTheEndOfTheChild() {
    SwooleProcess process = started(new SwooleProcess(child -> child.exit(child.write("7 bytes"))));

    assertThat(process.read()).contains("7 bytes".getBytes(UTF_8));
    assertThat(process.read()).contains(new byte[0]);
    for (int i = 0; i < 3; i++) {
      assertThat(process.write("too late")).isEqualTo(-1);
      assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EPIPE);
    }
    assertThat(end(process).code()).isEqualTo(7);
  }

  @Test
  void keepsDatagramsWholeInBothDirections() {
    SwooleProcess process = started(new SwooleProcess(PipeTest::echo));

    for (int length : new int[] {1, 8192, 65_536, 100_000}) {
      assertThat(process.write(new byte[length])).isEqualTo(length);
    }
    for (int length : new int[] {1, 8192, 65_536, 100_000}) {
      assertThat(process.read(1 << 20).orElseThrow()).hasSize(length);
    }
    assertThat(process.write(new byte[8 << 20])).isEqualTo(-1);
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EMSGSIZE);
    assertThat(process.write(new byte[0])).isEqualTo(-1);

    process.write(new byte[10_000]);
    assertThat(process.read().orElseThrow()).hasSize(8192);
    process.close(1);
    assertThat(process.read()).contains(new byte[0]);
    end(process);
  }

  @Test
  void readsNoMoreOnceReadingIsClosedAndStillWrites() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  child.read();
                  int written = child.write("nobody reads it");
                  child.exit(written < 0 ? SwooleProcess.getLastError() : 0);
                }));

    assertThat(process.close(2)).isTrue();

    assertThat(process.write("go")).isEqualTo(2);
    assertThat(process.read()).contains(new byte[0]);
    assertThat(end(process).code()).isEqualTo(Errno.EPIPE);
  }

  @Test
  void hasNoBoundariesInStreams() throws Exception {
    SwooleProcess process = started(new SwooleProcess(PipeTest::echo, false, PipeType.STREAM));

    ByteArrayOutputStream packets = new ByteArrayOutputStream();
    for (int kilobytes = 1; kilobytes <= 60; kilobytes++) {
      byte[] packet = new byte[kilobytes << 10];
      java.util.Arrays.fill(packet, (byte) kilobytes);
      packets.write(ByteBuffer.allocate(2).putShort((short) packet.length).array());
      packets.write(packet);
    }
    CompletableFuture<Integer> writing =
        CompletableFuture.supplyAsync(
            () -> {
              int written = process.write(packets.toByteArray());
              process.close(1);
              return written;
            });
    ByteArrayOutputStream echoed = new ByteArrayOutputStream();
    byte[] part = process.read(65_536).orElseThrow();
    while (part.length > 0) {
      echoed.write(part);
      part = process.read(65_536).orElseThrow();
    }

    assertThat(writing.get()).isEqualTo(packets.size());
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(echoed.toByteArray()));
    for (int kilobytes = 1; kilobytes <= 60; kilobytes++) {
      byte[] packet = in.readNBytes(in.readUnsignedShort());
      assertThat(packet).hasSize(kilobytes << 10).containsOnly(kilobytes);
    }
    assertThat(in.read()).isEqualTo(-1);
    end(process);
  }

  @Test
  void waitsNoLongerThanItWasTold() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  child.setTimeout(0.02);
                  child.write(child.read().isPresent() + " " + SwooleProcess.getLastError());
                  // It reads no more, so that the pipe gets full, and stays until it is killed.
                  new CountDownLatch(1).await();
                }));

    assertThat(read(process)).isEqualTo("false " + Errno.EAGAIN);
    assertThat(process.setTimeout(0.02)).isTrue();
    assertThat(process.read()).isEmpty();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EAGAIN);
    assertThatThrownBy(() -> process.setTimeout(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout: 0.0 (expected: above 0 seconds)");

    int written = 0;
    while (process.write(new byte[60_000]) > 0) {
      written++;
    }
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EAGAIN);
    assertThat(written).isPositive();
    process.setTimeout(1000);
    process.setBlocking(false);
    assertThat(process.write(new byte[60_000])).isEqualTo(-1);
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EAGAIN);
    SwooleProcess.kill(process.pid(), Signals.SIGKILL);
    end(process);
  }

  @Test
  void doesNotWaitAtAllWhenItIsNotToBlock() {
    SwooleProcess process = started(new SwooleProcess(PipeTest::echo));
    process.setBlocking(false);

    assertThat(process.read()).isEmpty();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EAGAIN);
    process.setBlocking(true);
    process.write("now");
    assertThat(read(process)).isEqualTo("now");
    process.close();
    SwooleProcess.wait(true);
  }

  @Test
  void endsWaitingOfThreadThatIsInterrupted() throws Exception {
    SwooleProcess process = started(new SwooleProcess(PipeTest::echo));
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> result.complete(process.read().isPresent() + " " + SwooleProcess.getLastError()));
    reader.start();

    reader.interrupt();

    assertThat(result.get(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isEqualTo("false " + Errno.EINTR);
    process.close(1);
    end(process);
  }

  @Test
  void wakesReaderWhenItIsClosedAndIsClosedOnce() throws Exception {
    SwooleProcess process = started(new SwooleProcess(PipeTest::echo));
    CompletableFuture<Optional<byte[]>> reading = new CompletableFuture<>();
    Thread reader = new Thread(() -> reading.complete(process.read()));
    reader.start();
    await()
        .atMost(Ends.LIMIT)
        .until(
            () ->
                Stream.of(reader.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("recv")));

    assertThat(process.close()).isTrue();

    // empty, or nothing with an error when it was about to wait once more
    assertThat(reading)
        .succeedsWithin(Ends.LIMIT)
        .satisfies(data -> assertThat(data.filter(bytes -> bytes.length > 0)).isEmpty());
    assertThat(process.close()).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EBADF);
    assertThatThrownBy(process::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pipe: not open (expected: started, and not closed)");
    assertThatThrownBy(() -> process.close(3)).isInstanceOf(IllegalArgumentException.class);
    assertThat(SwooleProcess.wait(true).map(ExitStatus::code)).contains(0);
  }

  private static void awaitEndOfEvents() {
    await()
        .atMost(Ends.LIMIT)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().endsWith("-events")));
  }

  @Test
  void callsHandlerOnBothSidesWhenThereIsSomethingToRead() throws Exception {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child ->
                    child.onReadable(
                        pipe -> {
                          String message = read(pipe);
                          pipe.write("got " + message);
                          if (message.equals("last")) {
                            pipe.exit(0);
                          }
                        })));
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    process.onReadable(pipe -> answers.add(read(pipe)));

    process.write("first");
    assertThat(answers.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("got first");
    process.write("last");
    assertThat(answers.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("got last");
    // the end is told too, once
    assertThat(answers.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    awaitEndOfEvents();
    assertThat(answers).isEmpty();
    end(process);
  }

  private static boolean isWatching() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().endsWith("-events"))
        .flatMap(entry -> Arrays.stream(entry.getValue()))
        .anyMatch(frame -> frame.getMethodName().equals("readable"));
  }

  @Test
  void callsHandlerNoMoreOnceItIsTakenAway() throws Exception {
    SwooleProcess process = started(new SwooleProcess(PipeTest::echo));
    CountDownLatch called = new CountDownLatch(1);
    process.onReadable(
        pipe -> {
          read(pipe);
          called.countDown();
        });
    process.write("first");
    assertThat(called.await(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    // It waits for the pipe by then, and must leave what comes next to others.
    await().atMost(Ends.LIMIT).until(PipeTest::isWatching);

    process.onReadable(null);
    process.write("second");
    awaitEndOfEvents();
    assertThat(read(process)).isEqualTo("second");
    process.close(1);
    end(process);
  }

  @Test
  void choosesProcessesThatHaveSomethingToRead() {
    SwooleProcess silent = started(new SwooleProcess(PipeTest::echo));
    SwooleProcess talking = started(new SwooleProcess(PipeTest::echo));
    assertThat(SwooleProcess.select(List.of(silent, talking), 0)).isEmpty();

    talking.write("here");

    assertThat(SwooleProcess.select(List.of(silent, talking), Ends.LIMIT_SECONDS))
        .containsExactly(talking);
    assertThat(read(talking)).isEqualTo("here");
    silent.close();
    talking.close();
    SwooleProcess.wait(true);
    SwooleProcess.wait(true);
  }
}
