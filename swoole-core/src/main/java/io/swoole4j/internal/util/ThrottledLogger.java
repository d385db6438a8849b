// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs one cause at most once a second, with the number of times it happened since. Safe from any
 * thread.
 */
public final class ThrottledLogger {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final Logger logger;
  private final Clock clock;
  private final AtomicLong nextNanos;
  private final AtomicLong unreported = new AtomicLong();
  private final AtomicLong total = new AtomicLong();

  /**
   * A throttle for one cause.
   *
   * @param logger where the lines go
   * @param clock the server's clock
   */
  public ThrottledLogger(Logger logger, Clock clock) {
    this.logger = logger;
    this.clock = clock;
    this.nextNanos = new AtomicLong(clock.nanos());
  }

  /**
   * Counts one occurrence and logs it when the last line is a second old.
   *
   * @param message what happened
   * @param detail what it happened to, appended to the text
   */
  public void warn(String message, Object detail) {
    warn(message, detail, null);
  }

  /**
   * The same with the stack of a cause, which is logged with the line or not at all.
   *
   * @param message what happened
   * @param detail what it happened to, appended to the text
   * @param cause why, or null
   */
  public void warn(String message, Object detail, @Nullable Throwable cause) {
    total.incrementAndGet();
    unreported.incrementAndGet();
    long now = clock.nanos();
    long next = nextNanos.get();
    if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL)) {
      logger.warn(
          "{}: {} ({} times since the last report)",
          message,
          detail,
          unreported.getAndSet(0),
          cause);
    }
  }

  /**
   * How often it happened since the server was made.
   *
   * @return the count
   */
  public long total() {
    return total.get();
  }
}
