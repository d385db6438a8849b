// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A total that one event loop adds to and any thread reads: cheaper than an atomic addition on
 * every message.
 */
final class LoopCounter {
  private final AtomicLong value = new AtomicLong();

  /** Adds; on the event loop only. */
  void add(long amount) {
    value.setRelease(value.getPlain() + amount);
  }

  /** The total so far; from any thread. */
  long get() {
    return value.getAcquire();
  }
}
