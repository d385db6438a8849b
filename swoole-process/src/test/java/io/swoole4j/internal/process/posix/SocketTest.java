// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.testing.Descriptors;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SocketTest {

  private static void assertErrno(int errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ErrnoException.class)
        .extracting(e -> ((ErrnoException) e).errno())
        .isEqualTo(errno);
  }

  @Test
  void keepsDatagramsApartAndTellsTheEnd() throws IOException {
    try (Socket.Pair pair = Socket.Pair.open(Posix.SOCK_SEQPACKET)) {
      byte[] buffer = new byte[10];
      pair.ours().send(new byte[3], 0, true);
      pair.ours().send(new byte[4], 1, true);
      pair.ours().shutdown(Posix.SHUT_WR);

      assertThat(pair.theirs().receive(buffer, true)).isEqualTo(3);
      assertThat(pair.theirs().receive(buffer, true)).isEqualTo(3);
      assertThat(pair.theirs().receive(buffer, true)).isZero();
      assertErrno(Errno.EPIPE, () -> pair.ours().send(new byte[1], 0, true));
      assertErrno(Errno.EMSGSIZE, () -> pair.theirs().send(new byte[8 << 20], 0, true));
    }
  }

  @Test
  void doesNotWaitLongerThanItWasTold() throws IOException {
    try (Socket.Pair pair = Socket.Pair.open(Posix.SOCK_STREAM)) {
      assertErrno(Errno.EAGAIN, () -> pair.ours().receive(new byte[1], false));
      pair.ours().timeout(Duration.ofMillis(20), Duration.ofMillis(20));
      assertErrno(Errno.EAGAIN, () -> pair.ours().receive(new byte[1], true));
      assertThat(pair.ours().readable(Duration.ofMillis(1))).isFalse();
      pair.theirs().send(new byte[1], 0, true);
      assertThat(pair.ours().readable(Duration.ofSeconds(1))).isTrue();
    }
  }

  @Test
  void wakesWhoeverReadsWhenItIsClosed() throws IOException {
    Descriptors before = Descriptors.snapshot();
    Socket.Pair pair = Socket.Pair.open(Posix.SOCK_SEQPACKET);
    CompletableFuture<String> reading =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return "end " + pair.ours().receive(new byte[1], true);
              } catch (ErrnoException e) {
                return "errno " + e.errno();
              }
            });

    pair.close();

    assertThat(reading.join()).isIn("end 0", "errno " + Errno.EBADF);
    assertErrno(Errno.EBADF, () -> pair.ours().receive(new byte[1], true));
    before.awaitNothingOpenedSince();
  }
}
