// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast connections are accepted: so many a second, evenly, of which those of a tenth of a
 * second may come at once. Safe from any thread.
 */
final class AcceptRate {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long nanosEach;
  private final long burstNanos;

  /** When the next one would be due if they came evenly. */
  private final AtomicLong due;

  /**
   * A rate.
   *
   * @param perSecond connections a second, 0 for any number
   * @param now the time
   */
  AcceptRate(int perSecond, long now) {
    this.nanosEach = perSecond == 0 ? 0 : SECOND / perSecond;
    this.burstNanos = Math.max(nanosEach, SECOND / 10);
    this.due = new AtomicLong(now);
  }

  /** Counts one; answers for how long none should be accepted now, in nanoseconds. */
  long accepted(long now) {
    if (nanosEach == 0) {
      return 0;
    }
    long next = due.updateAndGet(before -> (before - now > 0 ? before : now) + nanosEach);
    return Math.max(0, next - now - burstNanos + nanosEach);
  }
}
