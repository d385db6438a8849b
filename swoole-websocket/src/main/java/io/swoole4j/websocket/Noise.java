// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.spi.ServerLogs;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Logs what clients can bring about at will, once a second at most. Any thread. */
final class Noise {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
  private final AtomicLong unreported = new AtomicLong();

  /** Counts one occurrence, and logs it when the last line is a second old. */
  void warn(String what, long fd, String why) {
    unreported.incrementAndGet();
    long now = System.nanoTime();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL)) {
      ServerLogs.here(WebSocketPort.class)
          .warn(
              "fd {}: {}: {} ({} times since the last report)",
              fd,
              what,
              why,
              unreported.getAndSet(0));
    }
  }
}
