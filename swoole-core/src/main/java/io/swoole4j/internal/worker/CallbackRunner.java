// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.ServerThreads;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one seam through which every message of a worker passes. {@link #INLINE} runs it where it is;
 * {@link Coroutines} runs callbacks elsewhere, which is why a runner is also asked what it still
 * has to do. Messages are run on the worker's thread; the other methods are safe from any thread
 * where they do not say otherwise.
 */
@FunctionalInterface
public interface CallbackRunner {
  /** Runs the message at once on the calling thread. */
  CallbackRunner INLINE = Delivery::run;

  /** Makes the runner of one worker. */
  @FunctionalInterface
  interface Factory {
    /**
     * Makes the runner of one worker.
     *
     * @param threads the threads of its server
     * @param role the role of the worker's thread
     * @return the runner
     */
    CallbackRunner of(ServerThreads threads, String role);
  }

  /**
   * Runs one message of a delivery, or sees to it that it is run.
   *
   * @param delivery the messages
   * @param index which of them
   */
  void run(Delivery delivery, int index);

  /**
   * Whether callbacks run beside the worker's thread, and so beside each other.
   *
   * @return false if a message has run when {@link #run} returns
   */
  default boolean isApart() {
    return false;
  }

  /**
   * What an incarnation of a worker works with.
   *
   * @param worker the worker
   * @return a new context
   */
  default WorkerContext context(Worker worker) {
    return new WorkerContext(worker);
  }

  /**
   * An incarnation has run workerStart: callbacks may begin. On the worker's thread.
   *
   * @param context what the incarnation works with
   */
  default void begin(WorkerContext context) {}

  /**
   * Callbacks that have not begun.
   *
   * @return how many, without those in the mailbox
   */
  default int waiting() {
    return 0;
  }

  /**
   * Callbacks that only lack room, or a worker that serves, to begin. Those behind another one of
   * their own are not among them: whoever waits for somebody else's connection must not hold up
   * all.
   *
   * @return how many
   */
  default int queued() {
    return 0;
  }

  /**
   * Callbacks that run beside the worker's thread.
   *
   * @return how many
   */
  default int running() {
    return 0;
  }

  /**
   * The most callbacks that have run at the same time.
   *
   * @return how many
   */
  default int peak() {
    return 0;
  }

  /**
   * Leaves word to be called when less than half of what may wait does.
   *
   * @param resume what to call, on any thread
   */
  default void whenHalfEmpty(Runnable resume) {
    resume.run();
  }

  /**
   * Does something when every callback that waits or runs now has ended.
   *
   * @param action what to do; on the calling thread if there is none, else on whichever ends last
   */
  default void whenDone(Runnable action) {
    action.run();
  }

  /**
   * Interrupts callbacks that run.
   *
   * @param of those of which incarnation; null for all
   */
  default void interrupt(@Nullable WorkerContext of) {}

  /**
   * Where a callback is.
   *
   * @param of one of which incarnation; null for any
   * @return the stack of its thread; empty if none runs
   */
  default String stack(@Nullable WorkerContext of) {
    return "";
  }

  /**
   * Callbacks beside the worker's thread that take too long, each once, and some of them at a time.
   * Called now and then, always by the same thread.
   *
   * @param waitingCounts whether a callback takes its time while it waits; if not, one is meant
   *     that did not wait whenever this looked
   * @param now the time
   * @param nanos how long it may take
   * @return those
   */
  default List<Overdue> overdue(boolean waitingCounts, long now, long nanos) {
    return List.of();
  }

  /**
   * Leaves callbacks behind that do not return: nobody waits for them any more, nor do those that
   * keep order with them.
   *
   * @param of of which incarnation, which is over
   */
  default void abandon(WorkerContext of) {}

  /** No callback begins any more. */
  default void end() {}
}
