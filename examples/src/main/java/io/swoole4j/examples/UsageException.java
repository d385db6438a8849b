// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

/** Tells what is wrong with the command line, in one line. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
