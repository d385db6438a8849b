// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import io.swoole4j.internal.worker.Callback;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One task worker and the tasks that wait for it. Safe from any thread. */
final class TaskSlot {
  private final Worker worker;
  private final int channel;
  private final Consumer<TaskRequest> runner;
  private final AtomicInteger pending = new AtomicInteger();

  /** Whether it was told to look into the queue and has not begun to. */
  private final AtomicBoolean called = new AtomicBoolean();

  /**
   * A task worker without tasks.
   *
   * @param worker the worker
   * @param channel its number among the task workers, from 1
   * @param runner runs a task
   */
  TaskSlot(Worker worker, int channel, Consumer<TaskRequest> runner) {
    this.worker = worker;
    this.channel = channel;
    this.runner = runner;
  }

  int channel() {
    return channel;
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

  /** Gives back a place. */
  void release() {
    pending.decrementAndGet();
  }

  /** Hands a task to the worker; its place was taken before. */
  void hand(TaskRequest task) {
    worker.deliver(new Handed(task));
  }

  /** Lets the worker look for tasks outside of the JVM, behind what waits for it already. */
  void call(StoredTasks stored, BooleanSupplier open) {
    if (called.compareAndSet(false, true)) {
      worker.deliver(new Look(stored, open));
    }
  }

  /**
   * Runs one task. Its place is given back when the worker is through with it, not when the handler
   * returns: that of a thread that was abandoned may never do so.
   */
  private final class Handed implements Delivery, Callback {
    private final TaskRequest task;

    /** Whether it runs beside the worker's thread, and its place is given back by its own end. */
    private boolean apart;

    private final AtomicBoolean over = new AtomicBoolean();

    Handed(TaskRequest task) {
      this.task = task;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public boolean isRequest(int index) {
      return true;
    }

    @Override
    public void run(int index) {
      runner.accept(task);
    }

    @Override
    public Callback callback(int index) {
      apart = true;
      return this;
    }

    @Override
    public void run() {
      try {
        runner.accept(task);
      } finally {
        abandoned();
      }
    }

    @Override
    public void notStarted() {
      task.reply().over();
      abandoned();
    }

    @Override
    public void abandoned() {
      if (over.compareAndSet(false, true)) {
        release();
      }
    }

    @Override
    public void finished() {
      if (!apart) {
        release();
      }
    }
  }

  /** Takes one task out of the queue and runs it. On the task worker. */
  private final class Look implements Delivery {
    private final StoredTasks stored;
    private final BooleanSupplier open;

    // Under the lock: of a thread that was abandoned while it ran, the next one finishes this.
    private @Nullable TaskSlot place;
    private boolean over;

    Look(StoredTasks stored, BooleanSupplier open) {
      this.stored = stored;
      this.open = open;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void run(int index) {
      // Before looking, so that whoever adds a task behind the look is heard.
      called.set(false);
      StoredTasks.Taken taken = open.getAsBoolean() ? stored.take(TaskSlot.this) : null;
      if (taken == null) {
        return;
      }
      took(taken.slot());
      // Not by isRequest, which is asked before there is anything to tell.
      Objects.requireNonNull(WorkerContext.current()).countRequest();
      try {
        runner.accept(taken.request());
      } finally {
        call(stored, open);
      }
    }

    private synchronized void took(@Nullable TaskSlot taken) {
      place = taken;
      if (over) {
        giveBack();
      }
    }

    @Override
    public synchronized void finished() {
      over = true;
      giveBack();
    }

    private synchronized void giveBack() {
      TaskSlot mine = place;
      place = null;
      if (mine != null) {
        mine.release();
      }
    }
  }
}
