// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/** Which processors threads may run on. Any thread. */
public final class CpuSet {
  private static final int BYTES = 1024;
  private static final int THIS_THREAD = 0;
  private static final int ATTEMPTS = 10;

  private CpuSet() {}

  /** Pins the calling thread. */
  public static void pinThread(BitSet processors) throws ErrnoException {
    try (Memory set = memory(processors)) {
      Posix.check("sched_setaffinity", Posix.sched_setaffinity(THIS_THREAD, BYTES, set));
    }
  }

  /** Pins every thread of this process; threads inherit it from the one that makes them. */
  public static void pinProcess(BitSet processors) throws IOException {
    Set<Integer> done = new HashSet<>();
    try (Memory set = memory(processors)) {
      Posix.check("sched_setaffinity", Posix.sched_setaffinity(THIS_THREAD, BYTES, set));
      for (int i = 0; i < ATTEMPTS && pinNewOnes(set, done); i++) {
        // threads that were made meanwhile may have come from one that was not pinned yet
      }
    }
  }

  private static boolean pinNewOnes(Memory set, Set<Integer> done) throws IOException {
    boolean found = false;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        int id = Integer.parseInt(thread.getFileName().toString());
        if (done.add(id)) {
          found = true;
          if (Posix.sched_setaffinity(id, BYTES, set) < 0 && Posix.errno() != Errno.ESRCH) {
            throw new ErrnoException("sched_setaffinity", Posix.errno());
          }
        }
      }
    }
    return found;
  }

  /** The processors of the calling thread. */
  public static BitSet ofThread() throws ErrnoException {
    try (Memory set = new Memory(BYTES)) {
      set.clear();
      Posix.check("sched_getaffinity", Posix.sched_getaffinity(THIS_THREAD, BYTES, set));
      return BitSet.valueOf(set.getByteArray(0, BYTES));
    }
  }

  private static Memory memory(BitSet processors) {
    Memory set = new Memory(BYTES);
    set.clear();
    byte[] bytes = processors.toByteArray();
    set.write(0, bytes, 0, Math.min(bytes.length, BYTES));
    return set;
  }
}
