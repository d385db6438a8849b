// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ServerThread;
import org.jspecify.annotations.Nullable;

/**
 * What one thread needs while it serves a worker; a new one with every thread that takes the worker
 * over. Owned by that thread.
 */
public final class WorkerContext {
  private final Worker worker;
  private final WakeBatch wakes = new WakeBatch();
  private final TimerQueue<TimerTask> timers;
  private long nextTaskId;

  WorkerContext(Worker worker) {
    this.worker = worker;
    this.timers = new TimerQueue<>(Clock.SYSTEM, worker::nextTimerId, TimerTask::run);
  }

  /**
   * The context of the calling thread.
   *
   * @return null on a thread that serves no worker
   */
  public static @Nullable WorkerContext current() {
    return ServerThread.currentAttachment() instanceof WorkerContext context ? context : null;
  }

  /**
   * Whom this thread works for.
   *
   * @return the worker
   */
  public Worker worker() {
    return worker;
  }

  /**
   * The timers of this turn at the worker; they end with it.
   *
   * @return the timers
   */
  public TimerQueue<TimerTask> timers() {
    return timers;
  }

  /**
   * The id of the next task that this turn at the worker submits.
   *
   * @return from 0, the same until {@link #taskSubmitted}
   */
  public long nextTaskId() {
    return nextTaskId;
  }

  /** The id was given to a task. */
  public void taskSubmitted() {
    nextTaskId++;
  }

  /** Forgets what belongs to this turn at the worker, for one that goes on with fresh state. */
  void renew() {
    timers.clearAll();
    nextTaskId = 0;
  }

  /**
   * Reactors to be woken at the end of the current delivery.
   *
   * @return the batch
   */
  public WakeBatch wakes() {
    return wakes;
  }
}
