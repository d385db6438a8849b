// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class CpuSetTest {

  @Test
  void pinsTheCallingThreadAlone() throws Exception {
    BitSet before = CpuSet.ofThread();
    BitSet first = new BitSet();
    first.set(before.nextSetBit(0));
    FutureTask<BitSet> pinned =
        new FutureTask<>(
            () -> {
              CpuSet.pinThread(first);
              return CpuSet.ofThread();
            });
    Thread thread = new Thread(pinned);
    thread.start();

    assertThat(pinned.get()).isEqualTo(first);
    thread.join();
    assertThat(CpuSet.ofThread()).isEqualTo(before);
  }

  @Test
  void refusesProcessorsThatDoNotExist() {
    BitSet absent = new BitSet();
    absent.set(8000);

    assertThatThrownBy(() -> CpuSet.pinThread(absent))
        .isInstanceOf(IOException.class)
        .hasMessage("sched_setaffinity: Invalid argument (errno 22)");
  }
}
