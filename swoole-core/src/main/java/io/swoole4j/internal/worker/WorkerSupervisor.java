// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/** Who is told that a worker came to a bad end. */
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
}
