// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The body of one request while it arrives: memory grows with what has arrived, not with what was
 * announced. Owned by the event loop.
 */
public final class BodyBuffer {
  private static final int INITIAL = 8 * 1024;
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int length;

  /** An empty one. */
  public BodyBuffer() {}

  /**
   * Appends a piece.
   *
   * @param piece its bytes, which stay the caller's
   * @param expected the length of the whole, or -1
   */
  public void add(ByteBuf piece, long expected) {
    int count = piece.readableBytes();
    int needed = length + count;
    if (needed > bytes.length) {
      int grown = Math.max(needed, Math.max(INITIAL, 2 * length));
      bytes = Arrays.copyOf(bytes, expected < 0 ? grown : (int) Math.min(expected, grown));
    }
    piece.getBytes(piece.readerIndex(), bytes, length, count);
    length = needed;
  }

  /**
   * How much there is.
   *
   * @return bytes
   */
  public int length() {
    return length;
  }

  /**
   * Takes the whole, and is empty again.
   *
   * @return the bytes
   */
  public byte[] take() {
    byte[] all = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    clear();
    return all;
  }

  /** Drops what there is. */
  public void clear() {
    bytes = NONE;
    length = 0;
  }
}
