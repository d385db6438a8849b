// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Stacks;
import java.util.List;
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

  private final CallbackRunner runner;

  Worker(int id, CallbackRunner runner) {
    this.id = id;
    this.runner = runner;
  }

  /**
   * Its id.
   *
   * @return 0 to worker_num - 1, task workers behind those
   */
  public final int id() {
    return id;
  }

  final CallbackRunner runner() {
    return runner;
  }

  final long nextTimerId() {
    return lastTimerId.incrementAndGet();
  }

  /**
   * Hands messages over to be run in order behind those that wait already.
   *
   * @param delivery the messages
   * @return the number of messages now waiting or running, as {@link #waiting} counts them
   */
  public abstract int deliver(Delivery delivery);

  /**
   * Messages waiting or running.
   *
   * @return 0 when the worker is idle
   */
  public abstract int inFlight();

  /**
   * Messages waiting, or running on the worker's thread: without the callbacks that run beside it,
   * or wait for one of their own connection that does, and so what may be bounded.
   *
   * @return as {@link #inFlight} unless callbacks run apart
   */
  public abstract int waiting();

  /**
   * Whether callbacks run on virtual threads.
   *
   * @return false if they run on the worker's thread
   */
  public final boolean runsApart() {
    return runner.isApart();
  }

  /**
   * Callbacks that wait for a virtual thread, and for nothing else.
   *
   * @return 0 if they do not run on such
   */
  public final int waitingApart() {
    return runner.queued();
  }

  /**
   * Callbacks that run on virtual threads.
   *
   * @return how many
   */
  public final int coroutines() {
    return runner.running();
  }

  /**
   * The most callbacks that have run on virtual threads at the same time.
   *
   * @return how many
   */
  public final int mostCoroutines() {
    return runner.peak();
  }

  /**
   * Waits for what waits or runs now.
   *
   * @return done when it has run; never if the worker is given up before
   */
  public final CompletableFuture<Void> drained() {
    CompletableFuture<Void> mark = new CompletableFuture<>();
    deliver(Delivery.of(() -> runner.whenDone(() -> mark.complete(null))));
    return mark;
  }

  /**
   * Where the worker is at the moment.
   *
   * @return the stack of the callback that has run for the longest time, or of its thread
   */
  public final String stack() {
    String apart = runner.stack(null);
    return apart.isEmpty() ? Stacks.of(thread()) : apart;
  }

  /** Callbacks beside its thread that take too long; see {@link CallbackRunner#overdue}. */
  final List<Overdue> overdue(boolean waitingCounts, long now, long nanos) {
    return runner.overdue(waitingCounts, now, nanos);
  }

  /**
   * A callback that runs beside the worker's thread has thrown: ends the incarnation it ran for as
   * if it had run there.
   */
  final void failed(WorkerContext of, Throwable cause) {
    deliver(
        Delivery.of(
            () -> {
              if (WorkerContext.current() != of) {
                if (!of.isOver()) {
                  died(cause);
                }
              } else if (cause instanceof Error error) {
                throw error;
              } else {
                throw new IllegalStateException("callback: failed", cause);
              }
            }));
  }

  /** A callback of an incarnation that leaves has thrown. On the thread of the one that follows. */
  abstract void died(Throwable cause);

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
   * Whether the one that was asked to leave still holds its place because its message has not
   * returned.
   *
   * @param renewal what {@link #renew} answered
   * @return false in BASE mode, where the next incarnation needs the same thread
   */
  public boolean isHeldUp(Renewal renewal) {
    return false;
  }

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
   * @return true on the worker's own thread and where a callback of it runs
   */
  public final boolean isCurrent() {
    return thread() == Thread.currentThread() || (runner.isApart() && isOfCoroutine());
  }

  private boolean isOfCoroutine() {
    Coroutine coroutine = Coroutine.current();
    WorkerContext context = coroutine == null ? null : coroutine.attachment();
    return context != null && context.worker() == this && !context.isOver();
  }

  /**
   * Whether a callback that keeps order with others may run here and now.
   *
   * @param sequence those
   * @return true within one of them; without coroutines, on the worker's thread
   */
  public final boolean isCurrent(Object sequence) {
    Coroutine coroutine = Coroutine.current();
    return coroutine == null
        ? !runner.isApart() && isCurrent()
        : coroutine.callback.sequence() == sequence && isOfCoroutine();
  }
}
