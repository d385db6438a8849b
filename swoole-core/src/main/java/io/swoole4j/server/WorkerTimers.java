// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.TimerQueue;
import io.swoole4j.internal.worker.TimerTask;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.spi.Alarms;
import java.util.List;

/** The timers of the calling worker, their callbacks guarded. Used on worker threads only. */
final class WorkerTimers {
  private final List<? extends Worker> workers;
  private final Failures failures;

  WorkerTimers(List<? extends Worker> workers, Failures failures) {
    this.workers = workers;
    this.failures = failures;
  }

  long tick(long intervalMillis, TickCallback callback) {
    Alarms.requireNone();
    return timers().tick(intervalMillis, id -> guarded(() -> callback.onTick(id)));
  }

  long after(long delayMillis, WorkerCallback callback) {
    Alarms.requireNone();
    return timers().after(delayMillis, id -> guarded(callback));
  }

  boolean clear(long timerId) {
    return timers().clear(timerId);
  }

  void defer(WorkerCallback callback) {
    WorkerContext context = context();
    if (context.isLeaving()) {
      // What waits for the worker is the next incarnation's.
      context.timers().after(1, id -> guarded(callback));
    } else {
      context.worker().deliver(Delivery.ofCallback(() -> guarded(callback)));
    }
  }

  private TimerQueue<TimerTask> timers() {
    return context().timers();
  }

  private WorkerContext context() {
    WorkerContext context = WorkerContext.current();
    if (context == null
        || context.isOver()
        || context.worker().id() >= workers.size()
        || workers.get(context.worker().id()) != context.worker()) {
      throw new IllegalStateException(
          "thread: " + Thread.currentThread().getName() + " (expected: a worker of this server)");
    }
    return context;
  }

  private void guarded(WorkerCallback callback) {
    try {
      callback.run();
    } catch (Throwable e) {
      failures.thrown(Event.TIMER, 0, e);
    }
  }
}
