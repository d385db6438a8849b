// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.concurrent.atomic.AtomicInteger;

/** How many files may be open for sending at a time. Safe from any thread. */
final class FileBudget {
  /** For all connections of a server together. */
  static final int OF_SERVER = 4096;

  /** For one connection. */
  static final int OF_CONNECTION = 64;

  private final AtomicInteger open = new AtomicInteger();
  private final int limit;

  FileBudget(int limit) {
    this.limit = limit;
  }

  boolean take() {
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  void giveBack() {
    open.decrementAndGet();
  }

  int open() {
    return open.get();
  }
}
