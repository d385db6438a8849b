// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

/** A request that gets an error and the end of its connection instead of a handler. */
public final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status what to answer
   * @param message why, for the log
   */
  public BadRequestException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /**
   * The status to answer.
   *
   * @return such as 400
   */
  public int status() {
    return status;
  }
}
