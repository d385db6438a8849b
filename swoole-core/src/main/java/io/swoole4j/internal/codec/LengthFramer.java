// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;
import io.swoole4j.setting.LengthType;

/**
 * Splits by a length field in the header of each packet, as Swoole's {@code open_length_check}
 * does. Owned by the connection's event loop thread.
 *
 * <p>The whole packet is as long as the field says, plus the body offset. The length is judged as
 * soon as the field is complete, before any byte of the body is kept.
 */
public final class LengthFramer extends HeaderFramer {

  private final LengthField field;
  private final int lengthOffset;
  private final int bodyOffset;

  /** How many bytes must be there before the length can be told. */
  private final int headerLength;

  /**
   * Creates the framer of one connection.
   *
   * @param type the encoding of the length
   * @param lengthOffset where the field begins, bytes from the beginning of the packet
   * @param bodyOffset how many bytes of the packet the field does not count; 0 if it counts all
   * @param maxLength the greatest length of a whole packet, in bytes, inclusive
   * @throws IllegalArgumentException if an argument is out of range, or if the field lies beyond
   *     the greatest packet
   */
  public LengthFramer(LengthType type, int lengthOffset, int bodyOffset, int maxLength) {
    super(maxLength);
    int lastOffset = maxLength - type.width();
    if (lengthOffset < 0 || lengthOffset > lastOffset) {
      throw new IllegalArgumentException(
          "lengthOffset: " + lengthOffset + " (expected: 0.." + lastOffset + ")");
    }
    if (bodyOffset < 0 || bodyOffset > maxLength) {
      throw new IllegalArgumentException(
          "bodyOffset: " + bodyOffset + " (expected: 0.." + maxLength + ")");
    }
    this.field = new LengthField(type);
    this.lengthOffset = lengthOffset;
    this.bodyOffset = bodyOffset;
    this.headerLength = lengthOffset + type.width();
  }

  @Override
  int readHeader(ByteBuf in) throws FramingException {
    if (held.length() == 0 && in.readableBytes() >= headerLength) {
      return total(field.read(in, in.readerIndex() + lengthOffset));
    }
    int count = Math.min(in.readableBytes(), headerLength - held.length());
    held.append(in, count, headerLength);
    return held.length() < headerLength ? UNKNOWN : total(field.read(held.array(), lengthOffset));
  }

  private int total(long value) throws FramingException {
    if (value < 0) {
      throw FramingException.malformed(
          "package length field " + value + " (expected: 0.." + (maxLength - bodyOffset) + ")");
    }
    long length = value + Math.min(bodyOffset, Long.MAX_VALUE - value);
    if (length < headerLength) {
      throw FramingException.malformed(
          "package length " + length + " (expected: " + headerLength + ".." + maxLength + ")");
    }
    if (length > maxLength) {
      throw FramingException.tooLarge(length, maxLength);
    }
    return (int) length;
  }
}
