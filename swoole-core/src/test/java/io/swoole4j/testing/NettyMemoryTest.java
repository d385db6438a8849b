// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class NettyMemoryTest {

  private static final int LARGE = 64 << 20;

  @Test
  void growsWithWhatIsAllocatedAndShrinksWithWhatIsReleased() {
    NettyMemory before = NettyMemory.snapshot();

    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(LARGE);

    // With a margin, as a collection may release what threads of earlier tests have left.
    assertThat(before.growthSince()).isGreaterThan(LARGE / 2);
    assertThat(NettyMemory.snapshot().allocatorDirect())
        .isGreaterThan(before.allocatorDirect() + LARGE / 2);
    buffer.release();
    assertThat(before.growthSince()).isLessThan(LARGE / 2);
  }
}
