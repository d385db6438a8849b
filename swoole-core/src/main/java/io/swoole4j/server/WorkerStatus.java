// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** What a worker is doing, see {@link Server#getWorkerStatus(int)}. */
public enum WorkerStatus {
  /** 1: it runs a handler, or something waits for it; Swoole's {@code SWOOLE_WORKER_BUSY}. */
  BUSY(1),
  /** 2: nothing waits for it; Swoole's {@code SWOOLE_WORKER_IDLE}. */
  IDLE(2),
  /** 3: it has ended, or its successor has not begun; Swoole's {@code SWOOLE_WORKER_EXIT}. */
  EXIT(3);

  private final int number;

  WorkerStatus(int number) {
    this.number = number;
  }

  /**
   * Swoole's number of it.
   *
   * @return 1 to 3
   */
  public int number() {
    return number;
  }
}
