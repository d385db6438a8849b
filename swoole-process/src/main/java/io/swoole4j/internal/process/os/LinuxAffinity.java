// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import io.swoole4j.internal.process.posix.CpuSet;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.spi.Affinity;
import java.util.BitSet;
import java.util.List;

/**
 * Pins threads with {@code sched_setaffinity}, to processors that this process may use. Checked on
 * the starting thread, then used on each thread that is pinned.
 */
public final class LinuxAffinity implements Affinity {
  private volatile int[] processors = {};

  @Override
  public void check(List<Integer> ignored) {
    BitSet allowed = ofThread();
    BitSet left = (BitSet) allowed.clone();
    ignored.forEach(left::clear);
    if (left.isEmpty()) {
      throw new IllegalStateException(
          "cpu_affinity_ignore: " + ignored + " (expected: one of " + allowed + " left)");
    }
    processors = left.stream().toArray();
  }

  private static BitSet ofThread() {
    try {
      return CpuSet.ofThread();
    } catch (ErrnoException | LinkageError | UnsupportedOperationException e) {
      throw new IllegalStateException("open_cpu_affinity: not available, " + e.getMessage(), e);
    }
  }

  @Override
  public void pinCurrentThread(int number) {
    int[] chosen = processors;
    BitSet one = new BitSet();
    one.set(chosen[number % chosen.length]);
    try {
      CpuSet.pinThread(one);
    } catch (ErrnoException e) {
      throw new IllegalStateException("processor " + one + ": " + e.getMessage(), e);
    }
  }
}
