// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The masking of RFC 6455, 5.3, eight bytes at a time. Any thread. */
final class Mask {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long LOW_HALF = 0xffff_ffffL;

  private Mask() {}

  /**
   * Masks bytes in place, or takes the mask off.
   *
   * @param bytes where they are
   * @param from the first
   * @param to behind the last
   * @param key the key, its first byte the highest
   * @param position how many bytes of the payload came before
   */
  static void apply(byte[] bytes, int from, int to, int key, long position) {
    int turned = Integer.rotateLeft(key, (int) (position & 3) * Byte.SIZE);
    long wide = ((long) turned << Integer.SIZE) | (turned & LOW_HALF);
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      LONGS.set(bytes, i, (long) LONGS.get(bytes, i) ^ wide);
    }
    for (int shift = Long.SIZE - Byte.SIZE; i < to; i++, shift -= Byte.SIZE) {
      bytes[i] ^= (byte) (wide >>> shift);
    }
  }
}
