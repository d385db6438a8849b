// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;

/**
 * Where frames begin and end in what a client sends, as the codec does not tell which it skips and
 * whether fields go on in another frame. Owned by the connection's event loop.
 */
final class FrameBounds {
  private static final int PREFACE = 24;
  private static final int HEAD = 9;
  private static final int LENGTH = 3;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private boolean preface = true;
  private int left = PREFACE;
  private int seen;
  private int length;
  private int type;
  private int flags;
  private boolean continued;
  private long begun;

  /** Follows bytes that are about to be decoded. */
  void read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (left > 0) {
        int passed = Math.min(left, end - at);
        left -= passed;
        at += passed;
        preface &= left > 0;
      } else {
        head(bytes.getUnsignedByte(at++));
      }
    }
  }

  private void head(int b) {
    if (seen == 0) {
      length = 0;
      begun += continued ? 0 : 1;
    }
    if (seen < LENGTH) {
      length = length << Byte.SIZE | b;
    } else if (seen == LENGTH) {
      type = b;
    } else if (seen == LENGTH + 1) {
      flags = b;
    }
    if (++seen == HEAD) {
      seen = 0;
      left = length;
      if (type == HEADERS || type == CONTINUATION) {
        continued = (flags & END_HEADERS) == 0;
      }
    }
  }

  /** Whether something has begun that is no content, and more of it has to come. */
  boolean isIncomplete() {
    boolean inside = left > 0 || seen > LENGTH;
    return preface || continued || (inside && type != DATA) || (seen > 0 && seen <= LENGTH);
  }

  /** How many frames have begun; those with the rest of fields count as one with the first. */
  long begun() {
    return begun;
  }
}
