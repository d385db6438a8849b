// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

/** A request's body breaks a rule: it is answered with a status and the connection is closed. */
public final class BodyRefusedException extends Exception {
  private final int status;

  /**
   * A refusal.
   *
   * @param status 400 for a malformed body, 413 for one that is too large, 415 for a coding that is
   *     not known here
   * @param message what is wrong, for the log
   */
  public BodyRefusedException(int status, String message) {
    // Clients cause it, so it has to be cheap.
    super(message, null, false, false);
    this.status = status;
  }

  /**
   * What to answer.
   *
   * @return the status
   */
  public int status() {
    return status;
  }
}
