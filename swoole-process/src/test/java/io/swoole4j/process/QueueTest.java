// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.end;
import static io.swoole4j.process.Ends.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.MessageQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Message queues of the operating system between processes. */
class QueueTest {
  private static final int KEY_OF_TEST = 0x5734_0000 | ThreadLocalRandom.current().nextInt(0xffff);

  private final SwooleProcess process =
      new SwooleProcess(
          child -> {
            byte[] message = child.pop().orElseThrow();
            child.push("child got " + new String(message, UTF_8));
          },
          false,
          PipeType.NONE);

  @AfterEach
  void removeQueue() {
    if (process.useQueue(KEY_OF_TEST, 2)) {
      process.freeQueue();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void takeWhatWasPushedBeforeTheStartAndCountIt() {
    assertThat(process.useQueue(KEY_OF_TEST, 2)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(process.push(bytes("message " + i))).isTrue();
    }

    assertThat(process.statQueue()).contains(new QueueStatus(10, 90));
    for (int i = 0; i < 10; i++) {
      assertThat(process.pop()).contains(bytes("message " + i));
    }
    assertThat(process.freeQueue()).isTrue();
    assertThatThrownBy(process::pop)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("queue: none (expected: useQueue before)");
  }

  @Test
  void belongToTheirUserAlone() throws Exception {
    process.useQueue(KEY_OF_TEST, 2);

    assertThat(MessageQueue.open(KEY_OF_TEST, 0).owner().mode()).isEqualTo(0600);
  }

  @Test
  void reachTheChild() {
    process.useQueue(KEY_OF_TEST);
    process.push("hello");

    started(process);

    assertThat(SwooleProcess.wait(true).map(ExitStatus::code)).contains(0);
    assertThat(process.pop()).contains(bytes("child got hello"));
  }

  @Test
  void areDirectedToOneProcessInModeOne() {
    SwooleProcess other = new SwooleProcess(child -> {}, false, PipeType.NONE);
    process.useQueue(KEY_OF_TEST, 1);
    other.useQueue(KEY_OF_TEST, 1 | SwooleProcess.IPC_NOWAIT);

    process.push(bytes("for the first"));

    assertThat(other.pop()).isEmpty();
    other.push(bytes("for the second"));
    assertThat(other.pop()).contains(bytes("for the second"));
    assertThat(process.pop()).contains(bytes("for the first"));
  }

  @Test
  void doNotWaitWithNowait() {
    process.useQueue(KEY_OF_TEST, 2 | SwooleProcess.IPC_NOWAIT);

    assertThat(process.pop()).isEmpty();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.ENOMSG);
    int pushed = 0;
    while (process.push(new byte[4096])) {
      pushed++;
    }
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EAGAIN);
    assertThat(pushed).isPositive();
    assertThat(process.pop(100)).isEmpty();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.E2BIG);
  }

  private static List<String> popEverything(SwooleProcess process) {
    List<String> messages = new ArrayList<>();
    Optional<byte[]> message = process.pop();
    while (message.isPresent()) {
      messages.add(new String(message.get(), UTF_8));
      message = process.pop();
    }
    return messages;
  }

  @Test
  void waitForRoomByDefault() {
    process.useQueue(KEY_OF_TEST, 2 | SwooleProcess.IPC_NOWAIT);
    while (process.push(new byte[1024])) {
      assertThat(process.statQueue()).isPresent();
    }
    SwooleProcess waiting = new SwooleProcess(child -> {}, false, PipeType.NONE);
    waiting.useQueue(KEY_OF_TEST, 2);

    CompletableFuture<Boolean> push =
        CompletableFuture.supplyAsync(() -> waiting.push(bytes("behind the others")));
    assertThat(push)
        .failsWithin(100, TimeUnit.MILLISECONDS)
        .withThrowableOfType(TimeoutException.class);
    await().atMost(Ends.LIMIT).until(() -> popEverything(process).contains("behind the others"));

    assertThat(push).succeedsWithin(Ends.LIMIT).isEqualTo(true);
  }

  @Test
  void refuseWhatTheSystemDoesNotAllow() {
    process.useQueue(KEY_OF_TEST, 2);

    assertThat(process.push(new byte[1 << 20])).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EINVAL);
    assertThatThrownBy(() -> process.push(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> process.pop(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> process.useQueue(KEY_OF_TEST, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mode: 3 (expected: 1 or 2, | IPC_NOWAIT)");
  }

  @Test
  void tellWhatIsWantedInPlaceOfNull() {
    ProcessPool pool = new ProcessPool(1, IpcType.UNIX_SOCKET);
    List<ThrowingCallable> calls =
        List.of(
            () -> process.push((byte[]) null),
            () -> process.push((String) null),
            () -> process.write((byte[]) null),
            () -> process.write((String) null),
            () -> pool.sendMessage((byte[]) null, 0),
            () -> pool.sendMessage((String) null, 0));

    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("data: null (expected: ");
    }
  }

  @Test
  void keepTheirMessagesUntilTheyAreRemoved() {
    process.useQueue(KEY_OF_TEST, 2);
    process.push(bytes("stays"));
    SwooleProcess later = new SwooleProcess(child -> {}, false, PipeType.NONE);

    later.useQueue(KEY_OF_TEST, 2);

    assertThat(later.pop()).contains(bytes("stays"));
    assertThat(later.freeQueue()).isTrue();
    assertThat(process.pop()).isEmpty();
    assertThat(SwooleProcess.getLastError()).isIn(Errno.EIDRM, Errno.EINVAL);
  }

  @Test
  void haveKeyOfTheirClassByDefault() {
    SwooleProcess first = new SwooleProcess(child -> {}, false, PipeType.NONE);
    assertThat(first.useQueue()).isTrue();
    // what a run of this test has left that was ended in the middle
    first.freeQueue();
    assertThat(first.useQueue()).isTrue();
    first.push(bytes("shared"));
    SwooleProcess second = new SwooleProcess(child -> {}, false, PipeType.NONE);
    assertThat(second.useQueue()).isTrue();

    assertThat(second.pop()).contains(bytes("shared"));
    assertThat(second.freeQueue()).isTrue();
  }

  /** Fills a queue of 64 MiB to more than a half and empties it again. */
  static final class LargeQueue {
    private static final int CAPACITY = 64 << 20;

    private LargeQueue() {}

    public static void main(String[] arguments) {
      SwooleProcess process = new SwooleProcess(child -> {}, false, PipeType.NONE);
      if (process.useQueue(KEY_OF_TEST, 2 | SwooleProcess.IPC_NOWAIT, CAPACITY)) {
        System.out.println(fillAndEmpty(process));
      } else {
        System.out.println("errno " + SwooleProcess.getLastError());
      }
    }

    static String fillAndEmpty(SwooleProcess process) {
      long pushed = 0;
      ThreadLocalRandom random = ThreadLocalRandom.current();
      while (pushed <= 32 << 20) {
        byte[] message = new byte[random.nextInt(4096, 8193)];
        if (!process.push(message)) {
          return "errno " + SwooleProcess.getLastError() + " after " + pushed;
        }
        pushed += message.length;
      }
      long counted = process.statQueue().orElseThrow().queueBytes();
      long popped = 0;
      Optional<byte[]> message = process.pop();
      while (message.isPresent()) {
        popped += message.get().length;
        message = process.pop();
      }
      QueueStatus rest = process.statQueue().orElseThrow();
      process.freeQueue();
      return (counted - pushed) + " " + (popped - pushed) + " " + rest;
    }
  }

  private static List<String> unshared(String... command) {
    List<String> all =
        new ArrayList<>(List.of("/usr/bin/unshare", "--user", "--map-root-user", "--ipc"));
    all.addAll(List.of(command));
    return all;
  }

  private static Process run(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  void takeMoreThanTheDefaultWhenRootAsksForIt() throws Exception {
    String expected = "0 0 " + new QueueStatus(0, 0);
    if (process.useQueue(KEY_OF_TEST, 2 | SwooleProcess.IPC_NOWAIT, LargeQueue.CAPACITY)) {
      assertThat(LargeQueue.fillAndEmpty(process)).isEqualTo(expected);
      return;
    }
    assumeThat(Path.of("/usr/bin/unshare")).as("needs unshare").isExecutable();
    assumeThat(run(unshared("true")).waitFor()).as("needs the right to unshare").isZero();
    // the limit may be raised among queues of one's own
    String raise = "echo " + LargeQueue.CAPACITY + " > /proc/sys/kernel/msgmnb || exit 9; ";
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process program =
        run(
            unshared(
                "sh",
                "-c",
                raise + "exec \"$@\"",
                "sh",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                LargeQueue.class.getName()));
    String told;
    try {
      assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
      told = new String(program.getInputStream().readAllBytes(), UTF_8);
    } finally {
      program.destroyForcibly();
    }

    assumeThat(program.exitValue())
        .as("needs the right to raise the limit: %s", told)
        .isNotEqualTo(9);
    assertThat(program.exitValue()).as(told).isZero();
    // newer JVMs warn of JNA
    assertThat(told).endsWith(expected + "\n");
  }

  @Test
  void endWaitingOfChildWhenTheyAreRemoved() {
    SwooleProcess waiting =
        new SwooleProcess(
            child -> {
              child.write("ready");
              child.pop();
              child.exit(SwooleProcess.getLastError());
            });
    waiting.useQueue(KEY_OF_TEST, 2);
    started(waiting);
    assertThat(Ends.read(waiting)).isEqualTo("ready");

    waiting.freeQueue();

    assertThat(end(waiting).code()).isIn(Errno.EIDRM, Errno.EINVAL);
  }
}
