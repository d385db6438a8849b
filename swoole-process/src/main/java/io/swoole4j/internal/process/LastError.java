// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.ErrnoException;

/** Why the last call of a thread failed, as C's {@code errno}; each thread has its own. */
public final class LastError {
  private static final ThreadLocal<int[]> ERRNO = ThreadLocal.withInitial(() -> new int[1]);

  private LastError() {}

  /** The number, 0 before the first failure. */
  public static int get() {
    return ERRNO.get()[0];
  }

  /** Notes a number. */
  public static void set(int errno) {
    ERRNO.get()[0] = errno;
  }

  /** Notes why a call failed. */
  public static void set(ErrnoException failure) {
    set(failure.errno());
  }
}
