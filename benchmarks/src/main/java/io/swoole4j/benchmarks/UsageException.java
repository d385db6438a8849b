// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/** Tells that the command line cannot be understood; its message is shown with the usage. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
