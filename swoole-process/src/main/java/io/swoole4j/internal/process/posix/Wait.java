// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;
import java.util.Optional;

/** Waiting for children by their process id, which leaves those of the JDK alone. Any thread. */
public final class Wait {
  /** How a process ended: with a code, or by a signal; the other is 0. */
  public record Status(int code, int signal) {
    static Status of(int raw) {
      int signal = raw & 0x7f;
      return signal == 0 ? new Status(raw >> 8 & 0xff, 0) : new Status(0, signal);
    }
  }

  private Wait() {}

  /** Blocks until a child has ended, and leaves it for {@link #reap}; returns too if it is gone. */
  public static void untilEnded(int pid) {
    try (Memory information = new Memory(Posix.STRUCTURE_BYTES)) {
      int result;
      do {
        result = Posix.waitid(Posix.P_PID, pid, information, Posix.WEXITED | Posix.WNOWAIT);
      } while (result < 0 && Posix.errno() == Errno.EINTR);
    }
  }

  /** Takes the status of a child that has ended; empty while it runs and once it was taken. */
  public static Optional<Status> reap(int pid) {
    try (Memory status = new Memory(Integer.BYTES)) {
      int result;
      do {
        result = Posix.waitpid(pid, status, Posix.WNOHANG);
      } while (result < 0 && Posix.errno() == Errno.EINTR);
      return result == pid ? Optional.of(Status.of(status.getInt(0))) : Optional.empty();
    }
  }
}
