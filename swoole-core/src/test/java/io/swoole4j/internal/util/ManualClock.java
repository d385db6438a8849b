// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until the test moves it. */
public final class ManualClock implements Clock {

  private final AtomicLong nanos;

  /** A clock that shows 0. */
  public ManualClock() {
    this(0);
  }

  /** A clock that shows so many nanoseconds, as a system's may show any number. */
  public ManualClock(long nanos) {
    this.nanos = new AtomicLong(nanos);
  }

  /** Moves it on. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  @Override
  public long wallMillis() {
    return nanos.get() / 1_000_000;
  }

  @Override
  public long nanos() {
    return nanos.get();
  }
}
