// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.internal.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The task workers of one server: chooses one for each task, an idle one first, and bounds what
 * waits for them. Safe from any thread.
 */
public final class TaskPool {
  private final List<TaskSlot> slots;
  private final int limit;
  private final BooleanSupplier open;
  private final @Nullable ThrottledLogger noneIdle;

  /** The queue of the tasks, if they wait outside of this JVM; set before the first of them. */
  private volatile @Nullable StoredTasks stored;

  private final AtomicInteger turn = new AtomicInteger();
  private final LongAdder submitted = new LongAdder();

  /**
   * A pool over workers that may not run yet.
   *
   * @param workers the task workers
   * @param limit how many tasks may wait for each, the running one included
   * @param open whether tasks are still taken
   * @param runner runs a task on its task worker; throws errors only
   * @param noneIdle told when a task has to wait; null if tasks of a worker run side by side
   */
  public TaskPool(
      List<? extends Worker> workers,
      int limit,
      BooleanSupplier open,
      Consumer<TaskRequest> runner,
      @Nullable ThrottledLogger noneIdle) {
    List<TaskSlot> made = new ArrayList<>();
    for (Worker worker : workers) {
      made.add(new TaskSlot(worker, made.size() + 1, runner));
    }
    this.slots = List.copyOf(made);
    this.limit = limit;
    this.open = open;
    this.noneIdle = noneIdle;
  }

  /**
   * Hands a task to a task worker.
   *
   * @param task the task
   * @param destination the number of a task worker, or -1 for an idle one
   * @return null if it was taken, else why not
   * @throws IllegalArgumentException if it is to wait outside of this JVM and cannot be serialised
   */
  public @Nullable ErrorCode submit(TaskRequest task, int destination) {
    if (!open.getAsBoolean()) {
      return ErrorCode.TASK_FAILED;
    }
    StoredTasks queue = stored;
    boolean any = destination < 0 || (queue != null && !queue.directed());
    TaskSlot slot = any ? claimAny() : claim(slots.get(destination));
    if (slot == null) {
      return ErrorCode.QUEUE_FULL;
    }
    if (queue == null) {
      slot.hand(task);
    } else {
      ErrorCode refusal = store(queue, task, slot);
      if (refusal != null) {
        return refusal;
      }
    }
    submitted.increment();
    return null;
  }

  private @Nullable ErrorCode store(StoredTasks queue, TaskRequest task, TaskSlot slot) {
    boolean taken = false;
    try {
      ErrorCode refusal = queue.offer(task, slot);
      taken = refusal == null;
      if (taken) {
        slot.call(queue, open);
      }
      return refusal;
    } finally {
      if (!taken) {
        slot.release();
      }
    }
  }

  /**
   * From now on tasks wait outside of this JVM, and what waits there already is run. Before any
   * task is submitted.
   *
   * @param queue the queue
   */
  public void storeIn(StoredTasks queue) {
    queue.adopt(slots.size());
    stored = queue;
  }

  /**
   * Looks whether there is something in the queue that no task worker was told of: what an earlier
   * run has left, or another process has put there. Called every few milliseconds.
   */
  public void look() {
    StoredTasks queue = stored;
    if (queue == null) {
      return;
    }
    if (queue.size() > 0) {
      slots.stream().filter(TaskSlot::isIdle).forEach(slot -> slot.call(queue, open));
    } else {
      queue.forgetLost();
    }
  }

  /**
   * The queue outside of this JVM.
   *
   * @return null if there is none
   */
  public @Nullable StoredTasks stored() {
    return stored;
  }

  /** Lets go of the queue; what is in it is left to the next run. */
  public void close() {
    StoredTasks queue = stored;
    if (queue != null) {
      queue.close();
    }
  }

  private @Nullable TaskSlot claim(TaskSlot slot) {
    return slot.claim(limit) ? slot : null;
  }

  /** An idle one, beginning with another one each time; else one for which least waits. */
  private @Nullable TaskSlot claimAny() {
    int size = slots.size();
    int first = Math.floorMod(turn.getAndIncrement(), size);
    TaskSlot least = slots.get(first);
    for (int i = 0; i < size; i++) {
      TaskSlot slot = slots.get((first + i) % size);
      if (slot.claimIdle()) {
        return slot;
      }
      if (slot.pending() < least.pending()) {
        least = slot;
      }
    }
    if (noneIdle != null) {
      noneIdle.warn("No idle task worker is available, consider a higher task_worker_num", size);
    }
    return claim(least);
  }

  /**
   * How many task workers there are.
   *
   * @return the number, 0 if the server takes no tasks
   */
  public int size() {
    return slots.size();
  }

  /**
   * Tasks that wait or run.
   *
   * @return the number at this moment
   */
  public int pending() {
    return slots.stream().mapToInt(TaskSlot::pending).sum();
  }

  /**
   * Task workers without anything to do.
   *
   * @return the number at this moment
   */
  public int idle() {
    return (int) slots.stream().filter(TaskSlot::isIdle).count();
  }

  /**
   * Tasks taken since the start.
   *
   * @return the total
   */
  public long submitted() {
    return submitted.sum();
  }
}
