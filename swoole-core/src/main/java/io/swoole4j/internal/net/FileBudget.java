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

  /**
   * Counts a file here and for all together until it is closed; closes it when there are too many.
   */
  boolean admit(OutboundFile file, FileBudget all) {
    if (!take()) {
      file.close();
      return false;
    }
    if (!all.take()) {
      giveBack();
      file.close();
      return false;
    }
    file.onClose(
        () -> {
          giveBack();
          all.giveBack();
        });
    return true;
  }

  private boolean take() {
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  private void giveBack() {
    open.decrementAndGet();
  }

  int open() {
    return open.get();
  }
}
