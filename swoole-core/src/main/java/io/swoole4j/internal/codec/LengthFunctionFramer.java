// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Splits by a function that tells the length of a packet from its first bytes, as Swoole's {@code
 * package_length_func} does. Owned by the connection's event loop thread, which calls the function.
 *
 * <p>The function sees the bytes that are there, at most 8 KiB and at most the greatest packet. It
 * is not asked twice about the same bytes; if it has seen all that it can ever see and still wants
 * more, the stream is refused.
 */
public final class LengthFunctionFramer extends StatefulFramer {

  /** How many bytes of a packet the function gets to see at most. */
  static final int WINDOW = 8192;

  /** The function's answer for "not enough bytes". */
  private static final int UNKNOWN = 0;

  private final LengthFunction function;
  private final int window;

  /** The length of the packet that has begun, once the function has told it. */
  private int total = UNKNOWN;

  /**
   * Creates the framer of one connection.
   *
   * @param function tells the length of a packet
   * @param maxLength the greatest length of a packet, in bytes, inclusive
   * @throws IllegalArgumentException if the greatest length is not positive
   */
  public LengthFunctionFramer(LengthFunction function, int maxLength) {
    super(maxLength, new PartialPacket());
    this.function = function;
    this.window = Math.min(WINDOW, maxLength);
  }

  @Override
  void split(ByteBuf in, PacketSink out) throws FramingException {
    if (!in.isReadable()) {
      return;
    }
    int begin = in.readerIndex();
    while (in.isReadable() || held.length() > 0) {
      if (total == UNKNOWN && !askForLength(in)) {
        return;
      }
      int missing = total - held.length();
      if (in.readableBytes() < missing) {
        held.append(in, in.readableBytes(), total);
        return;
      }
      int length = total;
      total = UNKNOWN;
      out.packet(missing >= 0 ? held.complete(in, missing) : takeHeld(length, in, begin));
    }
  }

  /** Sets the total length, or holds what is there and returns false. */
  private boolean askForLength(ByteBuf in) throws FramingException {
    if (held.length() == 0) {
      int count = Math.min(in.readableBytes(), window);
      total = ask(in.nioBuffer(in.readerIndex(), count).asReadOnlyBuffer());
      if (total == UNKNOWN) {
        held.append(in, count, window);
      }
    } else {
      int count = Math.min(in.readableBytes(), window - held.length());
      held.append(in, count, window);
      total = ask(held.view());
    }
    return total != UNKNOWN;
  }

  private int ask(ByteBuffer data) throws FramingException {
    int shown = data.remaining();
    int answer = call(data);
    if (answer < 0) {
      throw FramingException.malformed(
          "package length function: " + answer + " (expected: 0.." + maxLength + ")");
    }
    if (answer > maxLength) {
      throw FramingException.tooLarge(answer, maxLength);
    }
    if (answer == UNKNOWN && shown == maxLength) {
      throw FramingException.endless(maxLength);
    }
    if (answer == UNKNOWN && shown == WINDOW) {
      throw FramingException.malformed(
          "package length function: 0 for " + WINDOW + " bytes (expected: a length)");
    }
    return answer;
  }

  private int call(ByteBuffer data) throws FramingException {
    try {
      return function.packageLength(data);
    } catch (Throwable e) {
      // Whatever it is, the connection cannot go on and the others shall not notice.
      throw FramingException.malformed("package length function failed", e);
    }
  }

  /**
   * Takes a packet that is shorter than the bytes held. The others go back to the buffer that they
   * came from; unless some are older than this read, because the function first wanted more bytes
   * than the packet has.
   */
  private byte[] takeHeld(int length, ByteBuf in, int begin) {
    int others = held.length() - length;
    int index = in.readerIndex() - others;
    if (index >= begin) {
      in.readerIndex(index);
      held.truncate(length);
    }
    return held.takeFirst(length);
  }
}
