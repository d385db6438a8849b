// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/** Who is told how workers come to their ends, and replaces their threads. */
@FunctionalInterface
public interface WorkerSupervisor {
  /**
   * An error came out of a handler, or anything at all out of the library's own code. Called on the
   * dying thread, which serves the worker no more (PROCESS), or on the event loop that goes on with
   * fresh state (BASE).
   *
   * @param worker whom it ended
   * @param cause what was thrown
   */
  void workerDied(Worker worker, Throwable cause);

  /**
   * A worker was asked to leave, by itself or by others; somebody has to see that it does. Called
   * on the asking thread.
   *
   * @param worker who leaves
   * @param renewal how far it has come
   */
  default void workerLeaves(Worker worker, Renewal renewal) {}

  /**
   * No thread serves the worker any more: it needs the next one. Called on the thread that has left
   * or on the one that abandoned it; not in BASE mode.
   *
   * @param worker who has left or died
   * @param futile whether it died or had nothing to do, so that replacing it again and again would
   *     only burn time
   */
  default void workerLeft(ThreadWorker worker, boolean futile) {
    worker.startThread();
  }
}
