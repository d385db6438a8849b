// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.netty.channel.EventLoop;
import io.swoole4j.internal.util.Stacks;
import io.swoole4j.internal.worker.Renewal;
import io.swoole4j.internal.worker.ThreadWorker;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerSupervisor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;

/**
 * Replaces workers that have died or left, and sees to it that those that are to leave do: after
 * max_wait_time they are interrupted, one second later abandoned. Called by the workers; its timers
 * run on an event loop that serves no handlers.
 */
final class Supervision implements WorkerSupervisor {
  /** A worker that ends in vain sooner than this after the last time is not replaced at once. */
  private static final long RESTART_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** When a worker that was just between two messages is looked at again. */
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final EngineConfig config;
  private final long waitNanos;
  private final EngineEvents events;
  private final ManagerThread manager;
  private final Later later;
  private final Logger logger;
  private final AtomicLongArray lastFutileEnd;
  private final LongAdder abandoned = new LongAdder();

  Supervision(
      EngineConfig config, EngineEvents events, ManagerThread manager, EventLoop scheduler) {
    this.config = config;
    this.waitNanos = Math.max(config.maxWaitNanos(), Shutdown.LEAST_WAIT_NANOS);
    this.events = events;
    this.manager = manager;
    this.logger = config.logging().of(Engine.class);
    this.later = new Later(scheduler, logger);
    this.lastFutileEnd = new AtomicLongArray(config.workers() + config.taskWorkers());
  }

  /** How many threads were left behind in a handler. */
  long abandoned() {
    return abandoned.sum();
  }

  @Override
  public void workerDied(Worker worker, Throwable cause) {
    if (cause instanceof Error) {
      // Reported with its stack where it came out of the handler.
      logger.warn("worker {} was ended by {}, a new one takes over", worker.id(), cause.toString());
    } else {
      logger.error("worker {} failed, a new one takes over", worker.id(), cause);
    }
    manager.execute(() -> events.workerError(worker.id(), cause));
  }

  @Override
  public void workerLeft(ThreadWorker worker, boolean futile) {
    if (futile && endedLately(worker)) {
      restartLater(worker);
    } else {
      restart(worker);
    }
  }

  private boolean endedLately(Worker worker) {
    long now = config.clock().nanos();
    long before = lastFutileEnd.getAndSet(worker.id(), now);
    return before != 0 && now - before < RESTART_PAUSE_NANOS;
  }

  private void restart(ThreadWorker worker) {
    try {
      worker.startThread();
    } catch (OutOfMemoryError e) {
      logger.error("worker {} gets no thread at the moment", worker.id(), e);
      restartLater(worker);
    }
  }

  /** Not on the manager, where a user's handler may block. */
  private void restartLater(ThreadWorker worker) {
    later.run(() -> restart(worker), RESTART_PAUSE_NANOS);
  }

  @Override
  public void workerLeaves(Worker worker, Renewal renewal) {
    Future<?> late = later.run(() -> hurry(worker, renewal), waitNanos);
    if (late != null) {
      renewal.ended().thenRun(() -> late.cancel(false));
    }
  }

  private void hurry(Worker worker, Renewal renewal) {
    if (renewal.ended().isDone()) {
      return;
    }
    logger.warn(
        "[9101] worker {} did not leave within max_wait_time and is forced to", worker.id());
    worker.hurry(renewal);
    afterGrace(worker, renewal, Grace.SLICES);
  }

  private void afterGrace(Worker worker, Renewal renewal, int slices) {
    if (slices > 0) {
      later.run(() -> afterGrace(worker, renewal, slices - 1), Grace.SLICE_NANOS);
    } else {
      abandon(worker, renewal);
    }
  }

  private void abandon(Worker worker, Renewal renewal) {
    if (renewal.ended().isDone()) {
      return;
    }
    String stack = worker.abandon(renewal);
    if (stack != null) {
      abandoned.increment();
      logger.warn("worker {} did not leave its handler and was left behind{}", worker.id(), stack);
    } else if (worker instanceof ThreadWorker || (worker.progress() & 1) == 0) {
      later.run(() -> abandon(worker, renewal), AGAIN_NANOS);
    } else {
      logger.warn(
          "worker {} did not leave its handler, which its event loop has to wait for{}",
          worker.id(),
          Stacks.of(worker.thread()));
    }
  }
}
