// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import org.jspecify.annotations.Nullable;

/**
 * Says why a connection's bytes cannot be split into packets. It blames the peer, not the code, and
 * peers can provoke it at will: it carries no stack trace.
 */
public final class FramingException extends Exception {

  private static final int LENGTH_TOO_LARGE = 1201;
  private static final int MALFORMED_DATA = 1204;

  /** Swoole's error number. */
  private final int code;

  private FramingException(int code, String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.code = code;
  }

  static FramingException tooLarge(long length, int maxLength) {
    return new FramingException(
        LENGTH_TOO_LARGE, "package length " + length + " (expected: 0.." + maxLength + ")", null);
  }

  /** For a packet whose end is not in sight although {@code maxLength} bytes of it arrived. */
  static FramingException endless(int maxLength) {
    return new FramingException(
        LENGTH_TOO_LARGE,
        "package length over " + maxLength + " (expected: 0.." + maxLength + ")",
        null);
  }

  static FramingException malformed(String message) {
    return new FramingException(MALFORMED_DATA, message, null);
  }

  static FramingException malformed(String message, Throwable cause) {
    return new FramingException(MALFORMED_DATA, message, cause);
  }

  /**
   * Returns the reason as Swoole's error number.
   *
   * @return 1201 if a packet is longer than allowed, 1204 if the data is malformed
   */
  public int code() {
    return code;
  }
}
