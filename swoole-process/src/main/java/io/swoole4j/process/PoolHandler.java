// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/** Handles {@code start} or {@code shutdown} of a pool, in the JVM that made it. */
@FunctionalInterface
public interface PoolHandler {
  /**
   * Called on the thread that runs {@link ProcessPool#start}.
   *
   * @param pool the pool
   * @throws Exception anything: it is logged
   */
  void on(ProcessPool pool) throws Exception;
}
