// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/** How a process and its parent are connected; the third argument of Swoole's constructor. */
public enum PipeType {
  /** 0: not at all. */
  NONE(0),
  /** 1: a stream of bytes; what was written may be read joined or in parts. */
  STREAM(1),
  /** 2: datagrams, each read as it was written. */
  DATAGRAM(2);

  private final int number;

  PipeType(int number) {
    this.number = number;
  }

  /**
   * Swoole's number of it.
   *
   * @return 0 to 2
   */
  public int number() {
    return number;
  }

  /**
   * Finds one by Swoole's number.
   *
   * @param number 0 to 2
   * @return the type
   * @throws IllegalArgumentException for another number
   */
  public static PipeType of(int number) {
    for (PipeType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new IllegalArgumentException("pipeType: " + number + " (expected: 0, 1 or 2)");
  }
}
