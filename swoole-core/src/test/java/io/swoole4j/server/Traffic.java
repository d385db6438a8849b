// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.net.ConnectionRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** What the tests of connections wait for, each within half a minute. */
final class Traffic {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Traffic() {}

  /** Waits until a condition holds. */
  static void until(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(condition);
  }

  /** Waits until the server holds neither a session nor a socket of a client. */
  static void untilNothingIsLeft(Server server) {
    ConnectionRegistry registry = server.engine().registry();
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              assertThat(registry.all()).isEmpty();
              assertThat(registry.channels()).isZero();
            });
  }

  /** Waits until the statistics say this: they may move a moment after the client has noticed. */
  static void untilStats(Server server, Map<String, ?> expected) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(server.stats()).containsAllEntriesOf(expected));
  }

  /** Takes the next event out of a queue. */
  static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    if (next == null) {
      throw new AssertionError("queue: nothing (expected: an event within " + LIMIT + ")");
    }
    return next;
  }

  /** Bytes whose place can be told by their value. */
  static byte[] letters(int size) {
    byte[] data = new byte[size];
    for (int i = 0; i < size; i++) {
      data[i] = (byte) ('a' + i % 23);
    }
    return data;
  }
}
