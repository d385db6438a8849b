// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.SocketPipe;

/** What a pool is on one of its two sides: in the JVM that made it, or in a worker. */
interface PoolSide {
  /** The end of a worker's pipe that is not the worker's own. */
  SocketPipe pipeTo(int workerId);

  /**
   * A worker as a process object, which must be one of the pool; how long its calls wait is its own
   * affair.
   */
  SwooleProcess process(int workerId);

  boolean shutdown();

  boolean isRunning();

  int masterPid();
}
