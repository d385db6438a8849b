// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Function;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is done to all descriptors of this process at once. Any thread. */
public final class Descriptors {
  private static final int CLOSE_RANGE_CLOEXEC = 4;

  private Descriptors() {}

  /** Keeps descriptors from a number on from programs that are started from now on. */
  public static void closeOnExecFrom(int first) {
    Function range = Posix.optional("close_range");
    if (range == null || range.invokeInt(new Object[] {first, -1, CLOSE_RANGE_CLOEXEC}) != 0) {
      oneByOne(first);
    }
  }

  /** For kernels before 5.11 and C libraries without the call. */
  private static void oneByOne(int first) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path entry : entries) {
        int fd = Integer.parseInt(entry.getFileName().toString());
        if (fd >= first) {
          Posix.fcntl(fd, Posix.F_SETFD, Posix.FD_CLOEXEC);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc/self/fd: cannot be read (expected: /proc)", e);
    }
  }
}
