// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Splits into MQTT control packets, as Swoole's {@code open_mqtt_protocol} does. Owned by the
 * connection's event loop thread.
 *
 * <p>Only the fixed header is looked at (MQTT 3.1.1 section 2.2, MQTT 5.0 section 2.1): a byte with
 * the packet type, then the remaining length, 7 bits to a byte, the low ones first. The header is
 * judged byte by byte, so that what is wrong is refused as soon as it shows and before any byte of
 * the body is kept. A length in more bytes than it needs is taken, as Swoole takes it.
 */
public final class MqttFramer extends HeaderFramer {

  /** The shortest packet: a type and one byte of length. */
  private static final int LEAST = 2;

  private static final int MAX_LENGTH_BYTES = 4;

  /** The remaining length, as far as its bytes have arrived. */
  private int remaining;

  /**
   * Creates the framer of one connection.
   *
   * @param maxLength the greatest length of a packet with its fixed header, in bytes, inclusive
   * @throws IllegalArgumentException if no packet is as short as that
   */
  public MqttFramer(int maxLength) {
    super(enoughForAHeader(maxLength));
  }

  private static int enoughForAHeader(int maxLength) {
    if (maxLength < LEAST) {
      throw new IllegalArgumentException(
          "maxLength: " + maxLength + " (expected: " + LEAST + ".." + Integer.MAX_VALUE + ")");
    }
    return maxLength;
  }

  @Override
  int readHeader(ByteBuf in) throws FramingException {
    int position = held.length();
    for (int index = in.readerIndex(); index < in.writerIndex(); index++) {
      byte next = in.getByte(index);
      if (position == 0) {
        checkType(next);
      } else {
        int total = readLength(next, position);
        if (total != UNKNOWN) {
          remaining = 0;
          return total;
        }
      }
      position++;
    }
    held.append(in, in.readableBytes(), MAX_LENGTH_BYTES);
    return UNKNOWN;
  }

  private static void checkType(byte first) throws FramingException {
    if ((first & 0xF0) == 0) {
      throw FramingException.malformed("mqtt packet type 0 (expected: 1..15)");
    }
  }

  /**
   * Takes one byte of the remaining length; the position is counted from the type byte. Answers the
   * packet's length after the last one.
   */
  private int readLength(byte next, int position) throws FramingException {
    remaining |= (next & 0x7F) << (7 * (position - 1));
    boolean last = (next & 0x80) == 0;
    if (!last && position == MAX_LENGTH_BYTES) {
      throw FramingException.malformed("mqtt remaining length over 4 bytes (expected: 1..4 bytes)");
    }
    // At least one more byte follows one that is not the last.
    int least = last ? position + 1 + remaining : position + 2;
    if (least > maxLength) {
      throw last
          ? FramingException.tooLarge(least, maxLength)
          : FramingException.endless(maxLength);
    }
    return last ? least : UNKNOWN;
  }
}
