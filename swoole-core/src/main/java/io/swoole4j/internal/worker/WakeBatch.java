// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import org.jspecify.annotations.Nullable;

/**
 * Whether the reactor that the current delivery came from still has to be woken for what was queued
 * meanwhile: once at the end of a batch instead of at every send is what makes the way out cheap.
 * Owned by one worker thread.
 */
public final class WakeBatch {
  /** Queued bytes after which the reactor is woken although the delivery goes on. */
  static final int MAX_BYTES = 64 * 1024;

  private final boolean batches;
  private @Nullable Wakeable home;
  private boolean waiting;
  private int bytes;

  WakeBatch() {
    this(true);
  }

  private WakeBatch(boolean batches) {
    this.batches = batches;
  }

  /** One that puts nothing off, which any number of threads may use. */
  static WakeBatch none() {
    return new WakeBatch(false);
  }

  void open(@Nullable Wakeable origin) {
    if (batches) {
      home = origin;
    }
  }

  void close() {
    flush();
    home = null;
  }

  /**
   * Notes that output was queued. A reactor other than the delivery's own is woken at once: it does
   * not know that it should look; nor does the delivery's own once it has stopped looking.
   *
   * @param reactor who has to write it
   * @param queuedBytes how much was queued by this call
   */
  public void queued(Wakeable reactor, int queuedBytes) {
    if (reactor != home) {
      reactor.wake();
      return;
    }
    waiting = true;
    bytes += queuedBytes;
    if (bytes < 0 || bytes >= MAX_BYTES || reactor.hasToBeWoken()) {
      flush();
    }
  }

  /** Wakes the reactor if it has to be woken; to be called before a worker blocks. */
  public void flush() {
    if (waiting && home != null) {
      bytes = 0;
      waiting = false;
      home.wake();
    }
  }
}
