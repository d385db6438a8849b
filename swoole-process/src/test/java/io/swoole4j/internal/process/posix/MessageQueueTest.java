// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageQueueTest {
  private MessageQueue queue;

  @BeforeEach
  void open() throws IOException {
    queue = MessageQueue.open(0, 0600);
  }

  @AfterEach
  void remove() throws IOException {
    queue.remove();
  }

  private static void assertErrno(int errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ErrnoException.class)
        .extracting(e -> ((ErrnoException) e).errno())
        .isEqualTo(errno);
  }

  @Test
  void givesMessagesBackInOrderAndByType() throws IOException {
    queue.send(1, "first".getBytes(UTF_8), true);
    queue.send(2, "second".getBytes(UTF_8), true);
    queue.send(1, new byte[0], true);

    assertThat(queue.state()).extracting(MessageQueue.State::messages).isEqualTo(3L);
    assertThat(queue.state()).extracting(MessageQueue.State::bytes).isEqualTo(11L);
    assertThat(queue.receive(2, 100, true)).asString().isEqualTo("second");
    assertThat(queue.receive(0, 100, true)).asString().isEqualTo("first");
    assertThat(queue.receive(1, 100, true)).isEmpty();
  }

  @Test
  void refusesWhatDoesNotFitByNumber() throws IOException {
    assertErrno(Errno.ENOMSG, () -> queue.receive(0, 100, false));
    queue.send(1, new byte[200], true);
    assertErrno(Errno.E2BIG, () -> queue.receive(0, 100, false));
    assertErrno(Errno.EINVAL, () -> queue.send(1, new byte[1 << 20], false));
    queue.limit(300);
    assertErrno(Errno.EAGAIN, () -> queue.send(1, new byte[200], false));
  }

  @Test
  void keepsMessagesApartThatManyThreadsSendAndTakeAtOnce() throws Exception {
    int threads = 24;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 1; i <= threads; i++) {
        int type = i;
        all.add(
            executor.submit(
                () -> {
                  // of changing lengths, so that something of another would be seen
                  for (int length = 1; length <= 200; length += 7) {
                    byte[] message = new byte[length];
                    Arrays.fill(message, (byte) type);
                    queue.send(type, message, true);
                    assertThat(queue.receive(type, length % 2 == 0 ? 1 << 20 : 200, true))
                        .isEqualTo(message);
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(queue.state().messages()).isZero();
  }

  @Test
  void wakesWhoeverWaitsWhenItIsRemoved() throws IOException {
    MessageQueue other = MessageQueue.open(0, 0600);
    CompletableFuture<byte[]> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return other.receive(0, 100, true);
              } catch (ErrnoException e) {
                return e.getMessage().getBytes(UTF_8);
              }
            });

    other.remove();

    assertThat(waiting.join())
        .asString()
        .isIn("msgrcv: Identifier removed (errno 43)", "msgrcv: Invalid argument (errno 22)");
  }
}
