// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Splits packets that tell in their header how long they are. Owned by the connection's event loop
 * thread.
 */
abstract class HeaderFramer extends StatefulFramer {
  /** The length of a packet whose header is not complete. */
  static final int UNKNOWN = -1;

  /** The length of the packet that has begun, once its header has been read. */
  private int total = UNKNOWN;

  HeaderFramer(int maxLength) {
    super(maxLength, new PartialPacket());
  }

  @Override
  final void split(ByteBuf in, PacketSink out) throws FramingException {
    while (in.isReadable()) {
      if (total == UNKNOWN) {
        total = readHeader(in);
        if (total == UNKNOWN) {
          return;
        }
      }
      int missing = total - held.length();
      if (in.readableBytes() < missing) {
        held.append(in, in.readableBytes(), total);
        return;
      }
      total = UNKNOWN;
      out.packet(held.complete(in, missing));
    }
  }

  /**
   * Reads a header, of which a part may be held already.
   *
   * @return the length of the whole packet, with no byte of the body taken; or {@link #UNKNOWN},
   *     with everything in the buffer held
   */
  abstract int readHeader(ByteBuf in) throws FramingException;
}
