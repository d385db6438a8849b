// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/** How messages reach the workers of a {@link ProcessPool}. */
public enum IpcType {
  /** 0: not at all; workers do what their {@code workerStart} does. */
  NONE(0),
  /** 1: by {@link ProcessPool#sendMessage}, over the pipes of the workers. */
  UNIX_SOCKET(1),
  /** 2: from a message queue of the operating system, to whichever worker is free. */
  MESSAGE_QUEUE(2),
  /** 3: from clients of {@link ProcessPool#listen}, each packet with its length in 4 bytes. */
  SOCKET(3);

  private final int number;

  IpcType(int number) {
    this.number = number;
  }

  /**
   * Swoole's number of it.
   *
   * @return 0 to 3
   */
  public int number() {
    return number;
  }
}
