// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The encodings of a length field: Swoole's ten {@code package_length_type} characters. */
public enum LengthField {
  /** {@code c}: signed, 1 byte. */
  INT8('c', 1, true, ByteOrder.BIG_ENDIAN),
  /** {@code C}: unsigned, 1 byte. */
  UINT8('C', 1, false, ByteOrder.BIG_ENDIAN),
  /** {@code s}: signed, 2 bytes, host order. */
  INT16('s', 2, true, ByteOrder.nativeOrder()),
  /** {@code S}: unsigned, 2 bytes, host order. */
  UINT16('S', 2, false, ByteOrder.nativeOrder()),
  /** {@code n}: unsigned, 2 bytes, network order. */
  UINT16_BE('n', 2, false, ByteOrder.BIG_ENDIAN),
  /** {@code N}: unsigned, 4 bytes, network order. */
  UINT32_BE('N', 4, false, ByteOrder.BIG_ENDIAN),
  /** {@code l}: signed, 4 bytes, host order. */
  INT32('l', 4, true, ByteOrder.nativeOrder()),
  /** {@code L}: unsigned, 4 bytes, host order. */
  UINT32('L', 4, false, ByteOrder.nativeOrder()),
  /** {@code v}: unsigned, 2 bytes, little-endian. */
  UINT16_LE('v', 2, false, ByteOrder.LITTLE_ENDIAN),
  /** {@code V}: unsigned, 4 bytes, little-endian. */
  UINT32_LE('V', 4, false, ByteOrder.LITTLE_ENDIAN);

  private final char symbol;
  private final int width;
  private final boolean signed;
  private final boolean bigEndian;

  LengthField(char symbol, int width, boolean signed, ByteOrder order) {
    this.symbol = symbol;
    this.width = width;
    this.signed = signed;
    this.bigEndian = order == ByteOrder.BIG_ENDIAN;
  }

  /**
   * Returns the encoding that Swoole, as PHP's {@code pack()}, calls by this character.
   *
   * @param symbol one of {@code c C s S n N l L v V}
   * @return the encoding
   * @throws IllegalArgumentException if there is none
   */
  public static LengthField of(char symbol) {
    for (LengthField field : values()) {
      if (field.symbol == symbol) {
        return field;
      }
    }
    String known =
        Arrays.stream(values())
            .map(field -> String.valueOf(field.symbol))
            .collect(Collectors.joining(" "));
    throw new IllegalArgumentException(
        "package_length_type: " + symbol + " (expected: one of " + known + ")");
  }

  /**
   * Returns Swoole's character for this encoding.
   *
   * @return one of {@code c C s S n N l L v V}
   */
  public char symbol() {
    return symbol;
  }

  /**
   * Returns the size of the field.
   *
   * @return 1, 2 or 4 bytes
   */
  public int width() {
    return width;
  }

  /**
   * Reads a field without moving the reader index.
   *
   * @param in the buffer
   * @param index where the field begins
   * @return the value, with its sign if the encoding has one
   */
  public long read(ByteBuf in, int index) {
    return switch (width) {
      case 1 -> value(in.getByte(index));
      case 2 -> value(bigEndian ? in.getShort(index) : in.getShortLE(index));
      default -> value(bigEndian ? in.getInt(index) : in.getIntLE(index));
    };
  }

  /** The same from an array. */
  long read(byte[] bytes, int index) {
    int raw = 0;
    for (int i = 0; i < width; i++) {
      raw = (raw << 8) | (bytes[index + (bigEndian ? i : width - 1 - i)] & 0xff);
    }
    return value(raw);
  }

  /** Keeps the low {@link #width} bytes and extends them as the encoding's sign demands. */
  private long value(int raw) {
    int unused = Long.SIZE - width * Byte.SIZE;
    long aligned = (long) raw << unused;
    return signed ? aligned >> unused : aligned >>> unused;
  }
}
