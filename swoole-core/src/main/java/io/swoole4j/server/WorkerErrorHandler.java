// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#WORKER_ERROR}. */
@FunctionalInterface
public interface WorkerErrorHandler extends EventHandler {
  /**
   * Called when an {@link Error} ended a worker and a new one took its place; Swoole's {@code
   * onWorkerError}.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param workerId the worker's id, from 0
   * @param workerPid the process id of the JVM
   * @param exitCode 255: a handler threw an {@link Error}
   * @param signal 0: threads are not killed by signals
   * @throws Exception anything; the server and the worker go on
   */
  void onWorkerError(Server server, int workerId, long workerPid, int exitCode, int signal)
      throws Exception;
}
