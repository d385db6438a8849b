// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

/** A request that gets an error and the end of its connection instead of a handler. */
final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  BadRequestException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The status to answer. */
  int status() {
    return status;
  }
}
