// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Splits at an end mark, as Swoole's {@code open_eof_check} and {@code open_eof_split} do. Owned by
 * the connection's event loop thread.
 *
 * <p>Packets keep their end mark. The cost is linear in the bytes, in whatever pieces they arrive.
 */
public final class EofFramer implements Framer {

  /** The longest end mark, in bytes. */
  private static final int MAX_EOF = 8;

  private final Framer framer;

  /**
   * Creates the framer of one connection.
   *
   * @param eof the end mark, 1 to 8 bytes
   * @param split true to pass on packets one by one; false to pass on everything that is there as
   *     soon as a read ends with the end mark, several packets merged if need be
   * @param maxLength the greatest length of a packet with its end mark, in bytes, inclusive
   * @throws IllegalArgumentException if an argument is out of range
   */
  public EofFramer(byte[] eof, boolean split, int maxLength) {
    if (eof.length < 1 || eof.length > MAX_EOF) {
      throw new IllegalArgumentException(
          "eof: " + eof.length + " bytes (expected: 1.." + MAX_EOF + " bytes)");
    }
    byte[] mark = eof.clone();
    framer =
        split
            ? new EofSplitFramer(mark, maxLength)
            : new EofCheckFramer(mark, maxLength, new PartialPacket());
  }

  @Override
  public void decode(ByteBuf in, PacketSink out) throws FramingException {
    framer.decode(in, out);
  }

  @Override
  public int bufferedBytes() {
    return framer.bufferedBytes();
  }
}
