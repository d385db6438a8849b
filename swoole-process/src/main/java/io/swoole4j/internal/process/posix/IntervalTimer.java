// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;

/** The three timers of a process that send it signals. Any thread. */
public final class IntervalTimer {
  private static final long MICROS = 1_000_000;

  private IntervalTimer() {}

  /**
   * Sets one.
   *
   * @param which 0 for real time, 1 for processor time, 2 for that and the kernel's
   * @param micros the time from one signal to the next; 0 ends it
   */
  public static void set(int which, long micros) throws ErrnoException {
    try (Memory value = new Memory(4L * Long.BYTES)) {
      for (int i = 0; i < 2; i++) {
        value.setLong(2L * i * Long.BYTES, micros / MICROS);
        value.setLong((2L * i + 1) * Long.BYTES, micros % MICROS);
      }
      Posix.check("setitimer", Posix.setitimer(which, value, null));
    }
  }
}
