// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Signals that were sent to this process and that none of its threads has taken yet. A process of
 * one thread takes a signal before its next step; here the kernel wakes one of many threads for it,
 * and what that one does when it runs is decided only then. Any thread.
 */
public final class PendingSignals {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Precedes a bit for each signal that waits for whichever thread takes it, in hexadecimal. */
  private static final String SHARED = "\nShdPnd:";

  private static final int HEXADECIMAL = 16;

  /** One that takes longer is blocked by every thread. */
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Looks that are made at least: where these run, whoever was woken has run too. */
  private static final int LEAST_LOOKS = 1000;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private PendingSignals() {}

  /**
   * Waits until a signal has been taken that was sent before, about a second at most.
   *
   * @param signo its number
   */
  public static void awaitTaken(int signo) {
    long since = System.nanoTime();
    for (int looks = 1; isPending(signo); looks++) {
      if (looks >= LEAST_LOOKS && System.nanoTime() - since > LIMIT_NANOS) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Whether it is; not where the system does not tell. */
  static boolean isPending(int signo) {
    try {
      // not as UTF-8: a name that was cut is in it
      String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
      int line = status.indexOf(SHARED);
      if (line < 0) {
        return false;
      }
      int begin = line + SHARED.length();
      String bits = status.substring(begin, status.indexOf('\n', begin)).strip();
      return ((Long.parseUnsignedLong(bits, HEXADECIMAL) >>> (signo - 1)) & 1) != 0;
    } catch (IOException e) {
      return false;
    }
  }
}
