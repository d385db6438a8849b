// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** What {@link Task#flags} tells about how a task was submitted, by Swoole's numbers. */
public enum TaskFlag {
  /** 1: it came as a file in {@code task_tmpdir}. */
  TMPFILE(1),
  /** 2: it was serialised on its way. */
  SERIALIZE(2),
  /** 4: nobody waits for it. */
  NONBLOCK(4),
  /** 8: its results go to a callback of its own. */
  CALLBACK(8),
  /** 16: it is one of those of a {@code taskWaitMulti}. */
  WAITALL(16),
  /** 32: {@code taskwait} or {@code taskCo} waits for it. */
  COROUTINE(32),
  /** 128: its results go nowhere, since no worker submitted it. */
  NOREPLY(128);

  private final int number;

  TaskFlag(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return one bit
   */
  public int number() {
    return number;
  }
}
