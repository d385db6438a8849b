// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Tasks for one thread, now or later. Any thread adds, the one runs them. */
final class TaskLine {
  private final DelayQueue<Task> line = new DelayQueue<>();
  private final AtomicLong count = new AtomicLong();

  /** One task; those of the same time in the order they came. */
  private record Task(Runnable action, long dueNanos, long number) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      Task task = (Task) other;
      int byTime = Long.compare(dueNanos - task.dueNanos, 0);
      return byTime != 0 ? byTime : Long.compare(number, task.number);
    }
  }

  void add(Runnable action) {
    add(action, 0);
  }

  void add(Runnable action, long delayNanos) {
    line.add(new Task(action, System.nanoTime() + delayNanos, count.incrementAndGet()));
  }

  /** Waits for a task and runs it; an interrupt is kept for later. */
  void runNext() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          line.take().action().run();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
