// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The queue in front of one worker: any thread puts in, the worker takes out and parks when there
 * is nothing. It outlives the thread that serves it.
 *
 * <p>It is bounded softly. {@link #offer} always succeeds, because bytes that were read cannot be
 * un-read, but tells the depth; above {@link #CAPACITY} messages whoever feeds it stops reading and
 * leaves word with {@link #whenHalfEmpty}.
 */
public final class Mailbox {
  /** Messages above which the feeding connections are not read from. */
  public static final int CAPACITY = 16 * 1024;

  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 0;

  private final ConcurrentLinkedQueue<Delivery> queue = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Runnable> feeders = new ConcurrentLinkedQueue<>();
  private final AtomicInteger depth = new AtomicInteger();
  private volatile @Nullable Thread parked;

  /**
   * Appends messages and wakes the worker if it sleeps.
   *
   * @param delivery what to run
   * @return the number of messages waiting or running, this delivery's included
   */
  public int offer(Delivery delivery) {
    int now = depth.addAndGet(delivery.size());
    queue.offer(delivery);
    Thread sleeper = parked;
    if (sleeper != null) {
      parked = null;
      LockSupport.unpark(sleeper);
    }
    return now;
  }

  /**
   * Leaves word to be called once the mailbox is less than half full, on the thread that emptied it
   * or at once on this one.
   *
   * @param resume starts reading again
   */
  public void whenHalfEmpty(Runnable resume) {
    feeders.offer(resume);
    if (depth.get() < CAPACITY / 2) {
      resumeFeeders();
    }
  }

  /**
   * The number of messages waiting or running.
   *
   * @return the depth
   */
  public int depth() {
    return depth.get();
  }

  /** The next delivery without waiting; null when there is none. */
  @Nullable Delivery poll() {
    return queue.poll();
  }

  /**
   * Waits until something was put in, the time is up or the thread is unparked, or for no reason at
   * all. Only the one thread that serves the mailbox may call it: there is room for one sleeper.
   */
  void await(long nanos) {
    for (int i = 0; i < SPINS; i++) {
      if (!queue.isEmpty()) {
        return;
      }
      Thread.onSpinWait();
    }
    parked = Thread.currentThread();
    if (queue.isEmpty()) {
      LockSupport.parkNanos(this, nanos);
    }
    parked = null;
    // An interrupt is meant for a handler that blocks; here it would only make park return at once
    // for ever.
    Thread.interrupted();
  }

  /** Accounts for messages that were run. */
  void done(int messages) {
    int left = depth.addAndGet(-messages);
    if (left < CAPACITY / 2 && !feeders.isEmpty()) {
      resumeFeeders();
    }
  }

  private void resumeFeeders() {
    Runnable resume = feeders.poll();
    while (resume != null) {
      resume.run();
      resume = feeders.poll();
    }
  }
}
