// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/**
 * What a worker tells the layer above about itself. The methods run on the worker's thread and
 * throw nothing but an {@link Error} of the user's handler.
 */
public interface WorkerEvents {
  /**
   * The worker begins, or begins again with fresh state.
   *
   * @param workerId its id
   */
  void workerStarted(int workerId);

  /**
   * The worker leaves and still has timers. Called before it waits for them, and again whenever
   * some have run.
   *
   * @param workerId its id
   * @return whether anybody listens
   */
  default boolean workerExiting(int workerId) {
    return false;
  }

  /**
   * The worker leaves in good order.
   *
   * @param workerId its id
   */
  void workerStopped(int workerId);
}
