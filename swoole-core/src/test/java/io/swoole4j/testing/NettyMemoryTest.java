// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class NettyMemoryTest {

  private static final int LARGE = 32 << 20;

  @Test
  void growsWithWhatIsAllocatedAndShrinksWithWhatIsReleased() {
    NettyMemory before = NettyMemory.snapshot();

    ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(LARGE);

    assertThat(before.growthSince()).isGreaterThanOrEqualTo(LARGE);
    assertThat(NettyMemory.snapshot().allocatorDirect())
        .isGreaterThanOrEqualTo(before.allocatorDirect() + LARGE);
    buffer.release();
    assertThat(before.growthSince()).isLessThan(LARGE);
  }
}
