// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.spi.Arguments;
import java.util.EnumSet;
import java.util.Set;

/** Marks of a frame; Swoole's {@code WEBSOCKET_FLAG_} constants. */
public enum FrameFlag {
  /** It is the last frame of its message. */
  FIN(1),
  /** It is, or is to be, compressed, where the client takes that. */
  COMPRESS(2),
  /** The first reserved bit. */
  RSV1(4),
  /** The second reserved bit. */
  RSV2(8),
  /** The third reserved bit. */
  RSV3(16),
  /** It is masked, as every frame of a client is and none of a server. */
  MASK(32);

  private final int bit;

  FrameFlag(int bit) {
    this.bit = bit;
  }

  /**
   * Swoole's number.
   *
   * @return a power of two
   */
  public int bit() {
    return bit;
  }

  /**
   * The flags of Swoole's sum.
   *
   * @param bits the sum; bits without a meaning are left out
   * @return the flags
   */
  public static Set<FrameFlag> of(int bits) {
    Set<FrameFlag> flags = EnumSet.noneOf(FrameFlag.class);
    for (FrameFlag flag : values()) {
      if ((bits & flag.bit) != 0) {
        flags.add(flag);
      }
    }
    return flags;
  }

  static int bits(Set<FrameFlag> flags) {
    int bits = 0;
    for (FrameFlag flag : Arguments.require("flags", flags, "a set")) {
      bits |= flag.bit;
    }
    return bits;
  }

  /** The reserved bits of a sum as {@code Frames} wants them: RSV1 is the highest. */
  static int rsv(int bits) {
    return ((bits & RSV1.bit) != 0 ? 4 : 0)
        | ((bits & RSV2.bit) != 0 ? 2 : 0)
        | ((bits & RSV3.bit) != 0 ? 1 : 0);
  }

  /** The sum of reserved bits as they were on the wire. */
  static int bitsOfRsv(int rsv) {
    return ((rsv & 4) != 0 ? RSV1.bit : 0)
        | ((rsv & 2) != 0 ? RSV2.bit : 0)
        | ((rsv & 1) != 0 ? RSV3.bit : 0);
  }
}
