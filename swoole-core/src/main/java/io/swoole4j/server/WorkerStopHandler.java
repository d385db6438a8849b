// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#WORKER_STOP}. */
@FunctionalInterface
public interface WorkerStopHandler extends EventHandler {
  /**
   * Called when a worker ends in good order; Swoole's {@code onWorkerStop}. Not called for a worker
   * that an {@link Error} ended.
   *
   * <p>Runs on the worker. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param workerId the worker's id, from 0
   * @throws Exception anything; the server and the worker go on
   */
  void onWorkerStop(Server server, int workerId) throws Exception;
}
