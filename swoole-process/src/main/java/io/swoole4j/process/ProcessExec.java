// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.posix.CpuSet;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Spawn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** What a process does to itself for good. Any thread. */
final class ProcessExec {
  private ProcessExec() {}

  static boolean exec(ChildContext context, String execfile, List<String> args) {
    if (!Path.of(execfile).isAbsolute()) {
      throw new IllegalArgumentException("execfile: " + execfile + " (expected: an absolute path)");
    }
    System.out.flush();
    if (!context.boot().detached()) {
      // the thread that ends this JVM with its parent will not be there any more
      Posix.prctl(Posix.PR_SET_PDEATHSIG, Signals.SIGKILL, 0, 0, 0);
      if (Posix.getppid() != context.boot().parentPid()) {
        Runtime.getRuntime().halt(1);
      }
    }
    LastError.set(Spawn.exec(execfile, args));
    return false;
  }

  static void exit(int status) {
    System.out.flush();
    System.err.flush();
    if (status == 0) {
      System.exit(0);
    } else {
      Runtime.getRuntime().halt(status);
    }
  }

  static boolean setAffinity(List<Integer> cpus) {
    BitSet set = new BitSet();
    int present = Runtime.getRuntime().availableProcessors();
    if (cpus.isEmpty()) {
      throw new IllegalArgumentException("cpus: none (expected: at least one)");
    }
    for (int cpu : cpus) {
      if (cpu < 0 || cpu >= Math.max(present, configured())) {
        throw new IllegalArgumentException(
            "cpus: " + cpu + " (expected: below " + Math.max(present, configured()) + ')');
      }
      set.set(cpu);
    }
    try {
      CpuSet.pinProcess(set);
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
    } catch (IOException e) {
      LastError.set(Errno.EPERM);
    }
    return false;
  }

  /** How many processors the machine has, also when this process may use fewer. */
  private static int configured() {
    return (int) Posix.sysconf(Posix.SC_NPROCESSORS_CONF);
  }

  static List<Integer> getAffinity() {
    try {
      return CpuSet.ofThread().stream().boxed().toList();
    } catch (ErrnoException e) {
      LastError.set(e);
      return List.of();
    }
  }
}
