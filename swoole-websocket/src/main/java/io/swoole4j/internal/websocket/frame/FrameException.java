// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

/** What the peer has sent breaks a rule; says with which code the connection is to be closed. */
public final class FrameException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * A broken rule.
   *
   * @param code the code of the close frame
   * @param message what was wrong
   */
  public FrameException(int code, String message) {
    // No stack: peers bring it about, and nobody looks at it.
    super(message, null, false, false);
    this.code = code;
  }

  /**
   * The code to close with.
   *
   * @return a code that may be sent
   */
  public int code() {
    return code;
  }
}
