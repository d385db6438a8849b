// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#WORKER_EXIT}. */
@FunctionalInterface
public interface WorkerExitHandler extends EventHandler {
  /**
   * A worker is to end and still has timers; Swoole's {@code onWorkerExit}. Runs on the worker,
   * before it waits for them and again whenever some have run, until none is left or max_wait_time
   * is over: here they are to be cleared. The next worker of the same id serves meanwhile. Not
   * called with reload_async off, nor on a worker that stops itself without waiting.
   *
   * @param server the server
   * @param workerId the worker
   * @throws Exception whatever goes wrong; it is logged and reported, and the worker goes on
   */
  void onWorkerExit(Server server, int workerId) throws Exception;
}
