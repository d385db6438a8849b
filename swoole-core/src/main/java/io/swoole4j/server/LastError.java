// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;

/** The code of the last failure on each thread; kept until the next failure. */
final class LastError {
  private final ThreadLocal<Integer> codes = new ThreadLocal<>();

  /** Notes a failure; answers false for the caller to return. */
  boolean fail(ErrorCode code) {
    return fail(code.code());
  }

  /** The same with a number, be it ours or the operating system's. */
  boolean fail(int code) {
    codes.set(code);
    return false;
  }

  int get() {
    Integer code = codes.get();
    return code == null ? 0 : code;
  }
}
