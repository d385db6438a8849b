// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.internal.websocket.frame.Frames;

/** The last word of a side; Swoole's {@code Swoole\WebSocket\CloseFrame}. Immutable. */
public final class CloseFrame extends Frame {
  private static final int MAX_CODE = 0xffff;

  private final int code;
  private final String reason;

  /**
   * A close frame.
   *
   * @param code why, such as 1000; 1005 for none
   * @param reason the words behind the code, at most 123 bytes to be sent; empty for none
   * @throws IllegalArgumentException for a code that has no place in two bytes
   */
  public CloseFrame(int code, String reason) {
    this(0, Frames.closing(requireCode(code), bytes("reason", reason)));
  }

  private static int requireCode(int code) {
    if (code < 0 || code > MAX_CODE) {
      throw new IllegalArgumentException("code: " + code + " (expected: 0.." + MAX_CODE + ")");
    }
    return code;
  }

  CloseFrame(long fd, byte[] payload) {
    super(fd, payload, Opcode.CLOSE, FrameFlag.FIN.bit(), false);
    this.code = Frames.closeCode(payload);
    this.reason = Frames.closeReason(payload);
  }

  /**
   * Why; Swoole's {@code $code}.
   *
   * @return the code, 1005 if there is none
   */
  public int code() {
    return code;
  }

  /**
   * The words behind the code; Swoole's {@code $reason}.
   *
   * @return empty if there are none
   */
  public String reason() {
    return reason;
  }
}
