// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Looks for the end mark everywhere and passes on packets one by one. Owned by the connection's
 * event loop thread.
 *
 * <p>The search is Knuth, Morris and Pratt's: how much of the mark has been seen is all that is
 * remembered between reads, so no byte is looked at again when more arrive.
 */
final class EofSplitFramer extends StatefulFramer {

  private final byte[] eof;

  /** By number of bytes seen: how many of them may still begin the mark if the next one differs. */
  private final int[] fallback;

  /** How many bytes of the end mark the stream ends with so far. */
  private int seen;

  EofSplitFramer(byte[] eof, int maxLength) {
    super(maxLength, new PartialPacket());
    this.eof = eof;
    this.fallback = fallback(eof);
  }

  private static int[] fallback(byte[] eof) {
    int[] fallback = new int[eof.length];
    int prefix = 0;
    for (int i = 1; i < eof.length; i++) {
      fallback[i] = prefix;
      while (prefix > 0 && eof[i] != eof[prefix]) {
        prefix = fallback[prefix];
      }
      if (eof[i] == eof[prefix]) {
        prefix++;
      }
    }
    return fallback;
  }

  @Override
  void split(ByteBuf in, PacketSink out) throws FramingException {
    while (in.isReadable()) {
      int room = maxLength - held.length();
      int count = Math.min(in.readableBytes(), room);
      int begin = in.readerIndex();
      int end = endOfPacket(in, begin, begin + count);
      if (end >= 0) {
        out.packet(held.complete(in, end - begin));
      } else if (count == room) {
        throw FramingException.endless(maxLength);
      } else {
        held.append(in, count, maxLength);
      }
    }
  }

  /** Returns the index after the end mark; or -1, having remembered how much of it was seen. */
  private int endOfPacket(ByteBuf in, int from, int to) {
    int matched = seen;
    int index = from;
    while (index < to) {
      if (matched == 0) {
        // The buffer finds the first byte of the mark several bytes at a time.
        index = in.indexOf(index, to, eof[0]);
        if (index < 0) {
          break;
        }
        matched = 1;
      } else {
        matched = advance(matched, in.getByte(index));
      }
      index++;
      if (matched == eof.length) {
        seen = 0;
        return index;
      }
    }
    seen = matched;
    return -1;
  }

  private int advance(int matched, byte next) {
    int prefix = matched;
    while (prefix > 0 && next != eof[prefix]) {
      prefix = fallback[prefix];
    }
    return next == eof[prefix] ? prefix + 1 : 0;
  }
}
