// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** Logs what clients can bring about at will, once a second at most. Any thread. */
final class Noise {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final Logger logger;
  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
  private final AtomicLong unreported = new AtomicLong();

  Noise(Logger logger) {
    this.logger = logger;
  }

  /** Counts one occurrence, and logs it when the last line is a second old. */
  void warn(String what, long fd, String why) {
    unreported.incrementAndGet();
    long now = System.nanoTime();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL)) {
      logger.warn(
          "fd {}: {}: {} ({} times since the last report)", fd, what, why, unreported.getAndSet(0));
    }
  }
}
