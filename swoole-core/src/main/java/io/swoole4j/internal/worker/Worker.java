// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One worker as the rest of the server sees it: an id and a place to hand messages to. Safe from
 * any thread.
 */
public abstract class Worker {
  private final int id;

  /** Not used again by the thread that takes the worker over. */
  private final AtomicLong lastTimerId = new AtomicLong();

  Worker(int id) {
    this.id = id;
  }

  /**
   * Its id.
   *
   * @return 0 to worker_num - 1, task workers behind those
   */
  public final int id() {
    return id;
  }

  final long nextTimerId() {
    return lastTimerId.incrementAndGet();
  }

  /**
   * Hands messages over to be run in order behind those that wait already.
   *
   * @param delivery the messages
   * @return the number of messages now waiting or running
   */
  public abstract int deliver(Delivery delivery);

  /**
   * Messages waiting or running.
   *
   * @return 0 when the worker is idle
   */
  public abstract int inFlight();

  /**
   * Leaves word to be called when the worker has caught up with half of what it may have waiting.
   *
   * @param resume what to call, on any thread
   */
  public abstract void whenHalfEmpty(Runnable resume);

  /**
   * A count that changes with every message begun and ended; odd while one runs.
   *
   * @return the count
   */
  public abstract long progress();

  /**
   * The thread that serves this worker at the moment.
   *
   * @return null before its start and after its end, and while a dead one is being replaced
   */
  public abstract @Nullable Thread thread();

  /**
   * Lets the worker end with workerStop once it has run what waits for it now.
   *
   * @return done when it has ended or was given up; never fails
   */
  public abstract CompletableFuture<Void> stop();

  /**
   * Lets the worker end in good order once the message it is in has returned, and begin again with
   * fresh state. What waits for it, and its connections, are the next incarnation's. A worker that
   * leaves already, or ends for good, is not asked twice.
   *
   * @param waits whether it finishes its timers first; the next incarnation begins meanwhile
   * @return how far it has come
   */
  public abstract Renewal renew(boolean waits);

  /**
   * The time of a renewal is up: its timers are dropped and the handler that it waits for is
   * interrupted. Nothing if it is over.
   *
   * @param renewal what {@link #renew} answered
   */
  public abstract void hurry(Renewal renewal);

  /**
   * Lets the next incarnation begin although a handler of the one that should leave does not come
   * back; in BASE mode that is not possible, and only waiting helps.
   *
   * @param renewal what {@link #renew} answered
   * @return the stack of the thread that was left behind; null if none was
   */
  public abstract @Nullable String abandon(Renewal renewal);

  /**
   * Interrupts the thread that serves this worker; it goes on serving if that helps. One that
   * finishes its timers drops them.
   */
  public abstract void interrupt();

  /** Counts the worker as ended although its thread does not come back from a handler. */
  public abstract void giveUp();

  /**
   * Whether the calling thread serves this worker now.
   *
   * @return true on the worker's own thread
   */
  public final boolean isCurrent() {
    return thread() == Thread.currentThread();
  }
}
