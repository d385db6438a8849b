// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartialPacketTest {

  private static final int LIMIT = 1 << 20;

  private final PartialPacket partial = new PartialPacket();

  @Test
  void keepsNoArrayWhileEmpty() {
    assertThat(partial.capacity()).isZero();

    partial.append(zeros(100), 100, LIMIT);
    partial.complete(zeros(1), 1);

    assertThat(partial.capacity()).isZero();
    assertThat(partial.length()).isZero();
  }

  @Test
  void neverGrowsBeyondTheLimit() {
    partial.append(zeros(1), 1, 3);
    assertThat(partial.capacity()).isEqualTo(3);

    partial.append(zeros(2), 2, 3);
    assertThat(partial.capacity()).isEqualTo(3);
  }

  @Test
  void growsByDoublingWithTheBytesThatArrived() {
    List<Integer> capacities = new ArrayList<>();
    ByteBuf in = zeros(LIMIT);
    for (int i = 1; i <= LIMIT; i++) {
      int before = partial.capacity();
      partial.append(in, 1, LIMIT);
      if (partial.capacity() != before) {
        capacities.add(partial.capacity());
      }
    }

    assertThat(capacities)
        .containsExactly(
            512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, LIMIT);
  }

  @Test
  void givesAwayAnArrayOfTheRightSize() {
    partial.append(zeros(3), 3, 8);
    byte[] array = partial.array();

    byte[] packet = partial.complete(Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5, 6}), 5);

    assertThat(packet).isSameAs(array).containsExactly(0, 0, 0, 1, 2, 3, 4, 5);
  }

  @Test
  void copiesIntoAnArrayOfTheRightSizeOtherwise() {
    partial.append(zeros(3), 3, LIMIT);

    byte[] packet = partial.complete(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}), 2);

    assertThat(packet).containsExactly(0, 0, 0, 1, 2);
  }

  @Test
  void takesTheFirstBytesAndKeepsTheOthersInAnArrayOfTheirSize() {
    partial.append(Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4, 5}), 5, LIMIT);

    assertThat(partial.takeFirst(3)).containsExactly(1, 2, 3);

    assertThat(partial.length()).isEqualTo(2);
    assertThat(partial.array()).containsExactly(4, 5);
    assertThat(partial.byteAt(1)).isEqualTo((byte) 5);
  }

  @Test
  void showsWhatItHoldsReadOnly() {
    partial.append(Unpooled.wrappedBuffer(new byte[] {1, 2}), 2, LIMIT);

    assertThat(partial.view().isReadOnly()).isTrue();
    assertThat(partial.view().remaining()).isEqualTo(2);
    assertThat(partial.view().get(1)).isEqualTo((byte) 2);
  }

  private static ByteBuf zeros(int count) {
    return Unpooled.wrappedBuffer(new byte[count]);
  }
}
