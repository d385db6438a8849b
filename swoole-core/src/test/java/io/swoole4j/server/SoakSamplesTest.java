// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** The soak finds what grows, and nothing else. */
class SoakSamplesTest {

  private static final long MIB = 1 << 20;

  private static List<String> rising(IntFunction<SoakSamples.Sample> at) {
    SoakSamples samples = new SoakSamples();
    for (int i = 0; i < 12; i++) {
      samples.add(at.apply(i));
    }
    return samples.rising();
  }

  @Test
  void findsEachThatGrows() {
    assertThat(rising(i -> new SoakSamples.Sample((20 + 2 * i) * MIB, 8 * MIB, 30, 100)))
        .containsExactly("heap: 33554432, then 41943040");
    assertThat(rising(i -> new SoakSamples.Sample(20 * MIB, (8 + 2 * i) * MIB, 30, 100)))
        .containsExactly("direct memory: 20971520, then 29360128");
    assertThat(rising(i -> new SoakSamples.Sample(20 * MIB, 8 * MIB, 30 + i, 100)))
        .containsExactly("threads: 36, then 40");
    assertThat(rising(i -> new SoakSamples.Sample(20 * MIB, 8 * MIB, 30, 100 + 5 * i)))
        .containsExactly("descriptors: 130, then 150");
  }

  @Test
  void isSilentAboutWarmUpAndAboutWhatComesAndGoes() {
    assertThat(
            rising(
                i ->
                    new SoakSamples.Sample(
                        (i < 4 ? i * 10 : 60 + 3 * (i % 2)) * MIB,
                        (i < 4 ? 1 : 16) * MIB,
                        30 + i % 3,
                        100 + i % 5)))
        .isEmpty();
  }

  @Test
  void seesWhatIsHeldInFact() throws IOException {
    SoakSamples.Sample before = SoakSamples.Sample.now();
    List<byte[]> held = new ArrayList<>();
    List<SocketChannel> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        sockets.add(SocketChannel.open());
      }
      held.add(new byte[(int) (32 * MIB)]);
      SoakSamples.Sample after = SoakSamples.Sample.now();

      // Tests before this one may give something back meanwhile.
      assertThat(after.heap() - before.heap()).isGreaterThan(8 * MIB);
      assertThat(after.descriptors() - before.descriptors()).isGreaterThanOrEqualTo(10);
      assertThat(held).hasSize(1);
    } finally {
      for (SocketChannel socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void wantsEnoughOfThem() {
    assertThatIllegalStateException().isThrownBy(() -> new SoakSamples().rising());
  }
}
