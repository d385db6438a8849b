// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

/** How busy the workers are, as a dispatch mode sees it at the moment of its choice. */
public interface WorkerLoads {
  /**
   * How many workers there are.
   *
   * @return at least 1
   */
  int workers();

  /**
   * Messages given to a worker and not finished, those included that wait to be handed over.
   *
   * @param workerId which worker
   * @return 0 when it is idle
   */
  int inFlight(int workerId);

  /**
   * Connections pinned to a worker.
   *
   * @param workerId which worker
   * @return the number of live ones
   */
  int connections(int workerId);
}
