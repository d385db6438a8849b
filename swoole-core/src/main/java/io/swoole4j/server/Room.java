// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.worker.Mailbox;
import io.swoole4j.internal.worker.Worker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks whether a worker's mailbox has room for one more message. Any thread. */
final class Room {
  /** How long those wait for room that may. */
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Room() {}

  /** Waits a little if it may, so that a worker that is busy slows down those who work for it. */
  static boolean in(Worker worker, boolean mayWait) {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (worker.waiting() >= Mailbox.CAPACITY) {
      if (!mayWait || System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }
}
