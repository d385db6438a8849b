// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A place in the queue of a connection's output and the thread that waits there until the kernel
 * has taken all before it. Made and waited for by one thread, ended by the event loop.
 */
final class TakenMark {
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean taken;

  void end(boolean kernelHasIt) {
    taken = kernelHasIt;
    ended.countDown();
  }

  /** Waits; an interrupted thread stays interrupted and does not wait. */
  WaitEnd await(long nanos) {
    try {
      if (!ended.await(nanos, TimeUnit.NANOSECONDS)) {
        return WaitEnd.LATE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return WaitEnd.LATE;
    }
    return taken ? WaitEnd.DONE : WaitEnd.CLOSED;
  }
}
