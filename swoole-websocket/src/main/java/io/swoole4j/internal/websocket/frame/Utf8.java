// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629) piece by piece: what is known between two pieces is one number, 0 between
 * two characters, {@link #BAD} once it cannot be UTF-8 any more, else how many bytes of a character
 * are missing and within which bounds the next one has to be. Any thread.
 */
public final class Utf8 {
  /** It is not UTF-8, whatever follows. */
  public static final int BAD = -1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;
  private static final int BYTE = 0xff;
  private static final int FIRST_TAIL = 0x80;
  private static final int LAST_TAIL = 0xbf;

  private Utf8() {}

  /**
   * Whether bytes are UTF-8 as a whole.
   *
   * @param bytes the bytes
   * @return true if no character is wrong or incomplete
   */
  public static boolean isValid(byte[] bytes) {
    return check(0, bytes, 0, bytes.length) == 0;
  }

  /**
   * Looks at the next piece.
   *
   * @param state what the last piece has left, 0 at the beginning
   * @param bytes where the piece is
   * @param from its first byte
   * @param to behind its last byte
   * @return the state behind it
   */
  public static int check(int state, byte[] bytes, int from, int to) {
    int now = state;
    int i = from;
    while (i < to && now != BAD) {
      if (now == 0) {
        while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & NOT_ASCII) == 0) {
          i += Long.BYTES;
        }
        while (i < to && bytes[i] >= 0) {
          i++;
        }
        if (i < to) {
          now = lead(bytes[i++] & BYTE);
        }
      } else {
        int next = bytes[i++] & BYTE;
        boolean fits = next >= ((now >>> 16) & BYTE) && next <= ((now >>> 8) & BYTE);
        int missing = (now & BYTE) - 1;
        now = !fits ? BAD : missing == 0 ? 0 : state(missing, FIRST_TAIL, LAST_TAIL);
      }
    }
    return now;
  }

  private static int state(int missing, int low, int high) {
    return (low << 16) | (high << 8) | missing;
  }

  /** Overlong forms, surrogates and what is above U+10FFFF show in the second byte. */
  private static int lead(int lead) {
    if (lead >= 0xc2 && lead <= 0xdf) {
      return state(1, FIRST_TAIL, LAST_TAIL);
    }
    if (lead >= 0xe0 && lead <= 0xef) {
      return state(2, lead == 0xe0 ? 0xa0 : FIRST_TAIL, lead == 0xed ? 0x9f : LAST_TAIL);
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
      return state(3, lead == 0xf0 ? 0x90 : FIRST_TAIL, lead == 0xf4 ? 0x8f : LAST_TAIL);
    }
    return BAD;
  }
}
