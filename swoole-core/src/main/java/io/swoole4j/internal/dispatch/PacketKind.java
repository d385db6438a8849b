// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

/** What is to be dispatched; the numbers are those Swoole passes to a dispatch function. */
public enum PacketKind {
  /** Bytes of a client. */
  DATA(0),
  /** A datagram. */
  DATAGRAM(1),
  /** The end of a connection. */
  CLOSE(3),
  /** The beginning of a connection. */
  CONNECT(4);

  private final int number;

  PacketKind(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return 0, 1, 3 or 4
   */
  public int number() {
    return number;
  }
}
