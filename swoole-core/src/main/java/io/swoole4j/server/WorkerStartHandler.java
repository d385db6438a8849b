// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#WORKER_START}. */
@FunctionalInterface
public interface WorkerStartHandler extends EventHandler {
  /**
   * Called when a worker begins, before anything else on it, and again with fresh state when it is
   * replaced; Swoole's {@code onWorkerStart}.
   *
   * <p>Runs on the worker. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param workerId the worker's id, from 0
   * @throws Exception anything; the server and the worker go on
   */
  void onWorkerStart(Server server, int workerId) throws Exception;
}
