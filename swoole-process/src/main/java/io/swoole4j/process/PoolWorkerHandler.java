// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import java.io.Serializable;

/** Handles {@code workerStart} or {@code workerStop} of a pool, in the worker's JVM. */
@FunctionalInterface
public interface PoolWorkerHandler extends Serializable {
  /**
   * Called on the worker's main thread.
   *
   * @param pool the pool as the worker sees it
   * @param workerId its number, from 0
   * @throws Exception anything: it is printed and the worker ends with code 255
   */
  void on(ProcessPool pool, int workerId) throws Exception;
}
