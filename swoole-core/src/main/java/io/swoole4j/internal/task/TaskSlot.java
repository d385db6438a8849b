// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Worker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One task worker and the tasks that wait for it. Safe from any thread. */
final class TaskSlot {
  private final Worker worker;
  private final Consumer<TaskRequest> runner;
  private final AtomicInteger pending = new AtomicInteger();

  TaskSlot(Worker worker, Consumer<TaskRequest> runner) {
    this.worker = worker;
    this.runner = runner;
  }

  /** Takes a place if the worker has nothing to do. */
  boolean claimIdle() {
    return pending.get() == 0 && isIdle() && pending.compareAndSet(0, 1);
  }

  /** Takes a place if fewer than so many are taken. */
  boolean claim(int limit) {
    int taken = pending.get();
    while (taken < limit) {
      if (pending.compareAndSet(taken, taken + 1)) {
        return true;
      }
      taken = pending.get();
    }
    return false;
  }

  /** Tasks that wait or run. */
  int pending() {
    return pending.get();
  }

  boolean isIdle() {
    return worker.inFlight() == 0;
  }

  /** Hands a task to the worker; its place was taken before. */
  void hand(TaskRequest task) {
    worker.deliver(
        Delivery.ofRequest(
            () -> {
              try {
                runner.accept(task);
              } finally {
                pending.decrementAndGet();
              }
            }));
  }
}
