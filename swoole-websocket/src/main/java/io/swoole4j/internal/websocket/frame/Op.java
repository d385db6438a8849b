// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

/** Opcodes and close codes as they are on the wire (RFC 6455, 5.2 and 7.4). */
public final class Op {
  /** A further part of a message. */
  public static final int CONTINUATION = 0;

  /** A text message, or its first part. */
  public static final int TEXT = 1;

  /** A binary message, or its first part. */
  public static final int BINARY = 2;

  /** The last word of a side. */
  public static final int CLOSE = 8;

  /** Asks for a pong. */
  public static final int PING = 9;

  /** Answers a ping. */
  public static final int PONG = 10;

  /** The most bytes in a control frame. */
  public static final int MAX_CONTROL = 125;

  /** The most bytes of a close frame's reason. */
  public static final int MAX_REASON = 123;

  /** Normal closure. */
  public static final int NORMAL = 1000;

  /** One side goes away. */
  public static final int GOING_AWAY = 1001;

  /** The protocol was broken. */
  public static final int PROTOCOL_ERROR = 1002;

  /** A close frame without a code; never on the wire. */
  public static final int NO_STATUS = 1005;

  /** The connection broke without a close frame; never on the wire. */
  public static final int ABNORMAL = 1006;

  /** Text that is not UTF-8, or data that cannot be inflated. */
  public static final int BAD_DATA = 1007;

  /** A limit other than that of a message was exceeded. */
  public static final int POLICY = 1008;

  /** A message is too big. */
  public static final int TOO_BIG = 1009;

  /** Come again later. */
  public static final int TRY_LATER = 1013;

  private static final int LAST_NAMED = 1014;
  private static final int FIRST_LIBRARY = 3000;
  private static final int LAST_PRIVATE = 4999;

  private Op() {}

  /**
   * Whether an opcode is that of a control frame.
   *
   * @param opcode from 0 to 15
   * @return true from 8
   */
  public static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }

  /**
   * Whether a code may be in a close frame (RFC 6455, 7.4, and those registered since).
   *
   * @param code the code
   * @return false for those that are reserved or never on the wire
   */
  public static boolean isCloseCode(int code) {
    return (code >= NORMAL && code <= LAST_NAMED && !isUnsendable(code))
        || (code >= FIRST_LIBRARY && code <= LAST_PRIVATE);
  }

  private static boolean isUnsendable(int code) {
    return code == NO_STATUS || code == ABNORMAL || code == NO_STATUS - 1;
  }
}
