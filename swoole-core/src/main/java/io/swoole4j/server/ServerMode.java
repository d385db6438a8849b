// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Where callbacks run. */
public enum ServerMode {
  /** On the event loops: a worker is an event loop. Swoole's {@code SWOOLE_BASE}. */
  BASE(1),
  /** On worker threads that reactors hand packets to. Swoole's {@code SWOOLE_PROCESS}. */
  PROCESS(2);

  private final int number;

  ServerMode(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return 1 or 2
   */
  public int number() {
    return number;
  }
}
