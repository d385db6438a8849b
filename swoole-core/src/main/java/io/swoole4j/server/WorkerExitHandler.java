// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#WORKER_EXIT}. */
@FunctionalInterface
public interface WorkerExitHandler extends EventHandler {
  /**
   * Called when a worker is to end and still has timers, which are to be cleared here, and again
   * whenever some have run, until none is left or max_wait_time is over; Swoole's {@code
   * onWorkerExit}. The next worker of the same id serves meanwhile. Not called with reload_async
   * off, nor on a worker that stops itself without waiting.
   *
   * <p>Runs on the worker.
   *
   * @param server the server
   * @param workerId the worker
   * @throws Exception whatever goes wrong; it is logged and reported, and the worker goes on ending
   */
  void onWorkerExit(Server server, int workerId) throws Exception;
}
