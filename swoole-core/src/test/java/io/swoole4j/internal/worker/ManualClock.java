// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import java.util.concurrent.TimeUnit;

/** A clock that stands still until it is moved; one thread only. */
final class ManualClock implements Clock {
  private long nanos;

  /** A clock that begins at this reading, as {@code System.nanoTime} may begin anywhere. */
  ManualClock(long nanos) {
    this.nanos = nanos;
  }

  void advanceMillis(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  void advanceNanos(long more) {
    nanos += more;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long wallMillis() {
    throw new UnsupportedOperationException("wall time: not kept (expected: nanos)");
  }
}
