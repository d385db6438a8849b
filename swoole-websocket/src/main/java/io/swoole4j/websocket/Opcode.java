// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import java.util.Optional;

/** What a frame is (RFC 6455, 5.2); Swoole's {@code WEBSOCKET_OPCODE_} constants. */
public enum Opcode {
  /** A further part of a message. */
  CONTINUATION(0),
  /** A text message, or its first part. */
  TEXT(1),
  /** A binary message, or its first part. */
  BINARY(2),
  /** The last word of a side. */
  CLOSE(8),
  /** Asks for a pong. */
  PING(9),
  /** Answers a ping. */
  PONG(10);

  private final int number;

  Opcode(int number) {
    this.number = number;
  }

  /**
   * Its number on the wire, which is also Swoole's.
   *
   * @return from 0 to 10
   */
  public int number() {
    return number;
  }

  /**
   * Whether it is that of a control frame, which has at most 125 bytes and is never in parts.
   *
   * @return true for close, ping and pong
   */
  public boolean isControl() {
    return number >= CLOSE.number;
  }

  /**
   * The opcode of a number.
   *
   * @param number the number
   * @return empty if there is none
   */
  public static Optional<Opcode> of(int number) {
    for (Opcode opcode : values()) {
      if (opcode.number == number) {
        return Optional.of(opcode);
      }
    }
    return Optional.empty();
  }
}
