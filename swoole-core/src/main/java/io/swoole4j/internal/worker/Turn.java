// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How far one incarnation of a thread worker has come. Owned by its thread but for the mark and
 * what goes with it, which are changed under the worker's lock.
 */
class Turn {
  /** It serves the worker. */
  static final int SERVING = 0;

  /** It was asked to leave, and looks for that after each message. */
  static final int LEAVING = 1;

  /** It has left, was abandoned or has died: its thread may touch nothing of the worker. */
  static final int OVER = 2;

  private static final VarHandle PROGRESS;

  static {
    try {
      PROGRESS = MethodHandles.lookup().findVarHandle(Turn.class, "progress", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final WorkerContext context;
  final CompletableFuture<Void> begun;
  final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CallbackRunner runner;

  // Changed under the worker's lock.
  volatile int mark = SERVING;
  volatile boolean cut;
  @Nullable Renewal renewal;
  boolean waits;
  boolean last;

  // The thread's own.
  long requestsLeft;
  boolean served;
  boolean heard;

  @SuppressWarnings("unused") // through PROGRESS
  private long progress;

  /**
   * A turn that begins.
   *
   * @param context what it works with
   * @param duties how it works
   * @param begun to be done when workerStart has run
   * @param lastProgress where the count of the one before ended
   */
  Turn(
      WorkerContext context,
      WorkerDuties duties,
      CompletableFuture<Void> begun,
      long lastProgress) {
    this.context = context;
    this.runner = duties.runner();
    this.requestsLeft = duties.limit().draw();
    this.begun = begun;
    this.progress = lastProgress + (lastProgress & 1);
  }

  /** A count that changes with every message begun and ended; odd while one runs. */
  final long progress() {
    return (long) PROGRESS.getAcquire(this);
  }

  final boolean isInMessage() {
    return (progress() & 1) == 1;
  }

  /** Nothing is done for it any more. */
  final void over() {
    mark = OVER;
    context.end();
    begun.complete(null);
    ended.complete(null);
  }

  final void run(Delivery delivery, int index) {
    // What interrupted the message before, or what its handler left behind, is not meant for this.
    Thread.interrupted();
    PROGRESS.setRelease(this, (long) PROGRESS.get(this) + 1);
    try {
      runner.run(delivery, index);
    } finally {
      PROGRESS.setRelease(this, (long) PROGRESS.get(this) + 1);
    }
  }

  final void runTimers() {
    run(context.timerRound(), 0);
  }
}
