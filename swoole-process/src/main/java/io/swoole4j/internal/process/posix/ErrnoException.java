// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import io.swoole4j.Swoole;
import java.io.IOException;
import java.io.Serial;

/** A system call that failed, with the number that says why. */
public final class ErrnoException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * A failed call.
   *
   * @param call its name, with what it was about where that helps
   * @param errno the error number
   */
  public ErrnoException(String call, int errno) {
    super(call + ": " + Swoole.strerror(errno) + " (errno " + errno + ")");
    this.errno = errno;
  }

  /** The number, one of {@link Errno} for those that are looked for. */
  public int errno() {
    return errno;
  }
}
