// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A place in the queue of a connection's output and the thread that waits there until the kernel
 * has taken all before it. Made and waited for by one thread, ended by the event loop.
 */
final class TakenMark {
  /** What became of a wait. */
  enum End {
    /** The kernel has it. */
    TAKEN,
    /** The connection has ended before. */
    CLOSED,
    /** The time was up. */
    LATE
  }

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean taken;

  void end(boolean kernelHasIt) {
    taken = kernelHasIt;
    ended.countDown();
  }

  /** Waits; an interrupted thread stays interrupted and does not wait. */
  End await(long nanos) {
    try {
      if (!ended.await(nanos, TimeUnit.NANOSECONDS)) {
        return End.LATE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return End.LATE;
    }
    return taken ? End.TAKEN : End.CLOSED;
  }
}
