// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The nice values of processes, groups and users. Any thread. */
final class ProcessPriority {
  private static final int HIGHEST = -20;
  private static final int LOWEST = 19;

  /** How often to look for threads that were made by one that had the old priority. */
  private static final int ATTEMPTS = 10;

  private ProcessPriority() {}

  private static void requireKind(int which) {
    if (which < SwooleProcess.PRIO_PROCESS || which > SwooleProcess.PRIO_USER) {
      throw new IllegalArgumentException("which: " + which + " (expected: 0, 1 or 2)");
    }
  }

  static boolean set(int which, int priority, int who) {
    requireKind(which);
    if (priority < HIGHEST || priority > LOWEST) {
      throw new IllegalArgumentException("priority: " + priority + " (expected: -20 to 19)");
    }
    if (which != SwooleProcess.PRIO_PROCESS) {
      return setOne(which, priority, who);
    }
    // Linux keeps it for each thread
    int pid = who == 0 ? (int) ProcessHandle.current().pid() : who;
    Set<Integer> done = new HashSet<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      List<Integer> threads = new ArrayList<>(threadsOf(pid));
      threads.removeIf(thread -> !done.add(thread));
      if (threads.isEmpty()) {
        break;
      }
      for (int thread : threads) {
        if (!setOne(which, priority, thread) && LastError.get() != Errno.ESRCH) {
          return false;
        }
      }
    }
    return !done.isEmpty();
  }

  private static boolean setOne(int which, int priority, int who) {
    if (Posix.setpriority(which, who, priority) < 0) {
      LastError.set(Posix.errno());
      return false;
    }
    return true;
  }

  private static List<Integer> threadsOf(int pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return threads.map(thread -> Integer.valueOf(thread.getFileName().toString())).toList();
    } catch (NoSuchFileException | UncheckedIOException e) {
      // the latter when it ends meanwhile
      LastError.set(Errno.ESRCH);
    } catch (IOException e) {
      LastError.set(Errno.EACCES);
    }
    return List.of();
  }

  static OptionalInt get(int which, int who) {
    requireKind(which);
    Posix.forgetErrno();
    int priority = Posix.getpriority(which, who);
    // -1 is a value too, and nothing else goes wrong but that there is nobody
    if (priority == -1 && Posix.errno() == Errno.ESRCH) {
      LastError.set(Errno.ESRCH);
      return OptionalInt.empty();
    }
    return OptionalInt.of(priority);
  }
}
