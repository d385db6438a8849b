// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/** Who is told that a worker came to a bad end. */
@FunctionalInterface
public interface WorkerSupervisor {
  /**
   * An error came out of a handler. Called on the dying thread (PROCESS) or on the event loop that
   * goes on with fresh state (BASE).
   *
   * @param worker whose handler it was
   * @param error what it threw
   */
  void workerDied(Worker worker, Error error);
}
