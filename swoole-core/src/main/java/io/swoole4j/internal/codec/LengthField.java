// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;
import io.swoole4j.setting.LengthType;
import java.nio.ByteOrder;

/** Reads the length of a packet as a {@link LengthType} says. Immutable. */
final class LengthField {
  private final int width;
  private final boolean signed;
  private final boolean bigEndian;

  LengthField(LengthType type) {
    this.width = type.width();
    this.signed = type.signed();
    this.bigEndian = type.byteOrder() == ByteOrder.BIG_ENDIAN;
  }

  /** Its size: 1, 2, 4 or 8 bytes. */
  int width() {
    return width;
  }

  /**
   * Reads a field, with its sign if it has one, without moving the reader index; what is greater
   * than a {@code long} can say is the greatest of them.
   */
  long read(ByteBuf in, int index) {
    return switch (width) {
      case 1 -> value(in.getByte(index));
      case 2 -> value(bigEndian ? in.getShort(index) : in.getShortLE(index));
      case 4 -> value(bigEndian ? in.getInt(index) : in.getIntLE(index));
      default -> value(bigEndian ? in.getLong(index) : in.getLongLE(index));
    };
  }

  /** The same from an array. */
  long read(byte[] bytes, int index) {
    long raw = 0;
    for (int i = 0; i < width; i++) {
      raw = (raw << 8) | (bytes[index + (bigEndian ? i : width - 1 - i)] & 0xff);
    }
    return value(raw);
  }

  /** Keeps the low {@link #width} bytes and extends them as the encoding's sign demands. */
  private long value(long raw) {
    int unused = Long.SIZE - width * Byte.SIZE;
    long aligned = raw << unused;
    if (signed) {
      return aligned >> unused;
    }
    return unused == 0 && raw < 0 ? Long.MAX_VALUE : aligned >>> unused;
  }
}
