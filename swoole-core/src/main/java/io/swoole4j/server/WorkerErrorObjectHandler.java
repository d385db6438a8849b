// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#WORKER_ERROR_OBJECT}; {@link WorkerErrorHandler} is its other form. */
@FunctionalInterface
public interface WorkerErrorObjectHandler extends EventHandler {
  /**
   * Called when an {@link Error} ended a worker and a new one took its place; Swoole's {@code
   * onWorkerError} with {@code event_object}.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param info how the worker has ended
   * @throws Exception anything; the server and the worker go on
   */
  void onWorkerError(Server server, StatusInfo info) throws Exception;
}
