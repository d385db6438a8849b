// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Where a command runs, see {@link Server#addCommand}; all of them are threads here. */
public enum ProcessType {
  /** 2: the manager, which runs what Swoole's master does; {@code SWOOLE_SERVER_COMMAND_MASTER}. */
  MASTER(1 << 1),
  /**
   * 4: the event loop of a number, in BASE mode the worker; {@code
   * SWOOLE_SERVER_COMMAND_REACTOR_THREAD}.
   */
  REACTOR_THREAD(1 << 2),
  /** 8: the worker of an id; {@code SWOOLE_SERVER_COMMAND_EVENT_WORKER}. */
  EVENT_WORKER(1 << 3),
  /** 16: the task worker of a number, from 0; {@code SWOOLE_SERVER_COMMAND_TASK_WORKER}. */
  TASK_WORKER(1 << 4),
  /** 32: the manager; {@code SWOOLE_SERVER_COMMAND_MANAGER}. */
  MANAGER(1 << 5);

  private final int number;

  ProcessType(int number) {
    this.number = number;
  }

  /**
   * Swoole's number of it.
   *
   * @return a power of 2
   */
  public int number() {
    return number;
  }
}
