// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Looks for the end mark at the end of each read and passes on all there is. Owned by the
 * connection's event loop thread.
 *
 * <p>Packets of a peer that sends without a pause come merged, and the mark is at the end of a read
 * by luck only. When {@code maxLength} bytes are together, everything up to the last mark among
 * them is therefore passed on; only a packet that is too long by itself is refused. Swoole closes
 * such connections, depending on where reads happen to end.
 */
final class EofCheckFramer extends StatefulFramer {

  private final byte[] eof;

  EofCheckFramer(byte[] eof, int maxLength, PartialPacket held) {
    super(maxLength, held);
    this.eof = eof;
  }

  @Override
  void split(ByteBuf in, PacketSink out) throws FramingException {
    while (in.isReadable()) {
      int count = Math.min(in.readableBytes(), maxLength - held.length());
      int total = held.length() + count;
      if (eofEndsAt(total, in)) {
        out.packet(held.complete(in, count));
      } else if (total < maxLength) {
        held.append(in, count, maxLength);
      } else {
        out.packet(takeUpToLastEof(total, in));
      }
    }
  }

  /**
   * Goes back from the end. The cost stays linear: what is left after the mark found is free of
   * marks, so that a later search which comes that far is the last one.
   */
  private byte[] takeUpToLastEof(int total, ByteBuf in) throws FramingException {
    int end = total - 1;
    while (end > 0 && !eofEndsAt(end, in)) {
      end--;
    }
    if (end == 0) {
      throw FramingException.endless(maxLength);
    }
    int fromIn = end - held.length();
    return fromIn >= 0 ? held.complete(in, fromIn) : held.takeFirst(end);
  }

  /** Tells whether the mark ends at this position of the bytes held followed by those of in. */
  private boolean eofEndsAt(int end, ByteBuf in) {
    int begin = end - eof.length;
    if (begin < 0) {
      return false;
    }
    for (int i = eof.length - 1; i >= 0; i--) {
      if (byteAt(begin + i, in) != eof[i]) {
        return false;
      }
    }
    return true;
  }

  private byte byteAt(int position, ByteBuf in) {
    int fromIn = position - held.length();
    return fromIn >= 0 ? in.getByte(in.readerIndex() + fromIn) : held.byteAt(position);
  }
}
