// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.deflate;

import java.util.Arrays;
import java.util.zip.Deflater;

/** Compresses whole messages, each by itself (RFC 7692, 7.2.1). Any thread. */
public final class MessageDeflater {
  private static final byte[] EMPTY_MESSAGE = {0};

  /** What ends a flush and is left out: 00 00 ff ff. */
  private static final int TAIL = 4;

  private static final int EXTRA = 64;
  private static final int BLOCK_SHIFT = 10;

  private MessageDeflater() {}

  /**
   * Compresses a message.
   *
   * @param data the message
   * @return the payload of a frame with RSV1
   */
  public static byte[] deflate(byte[] data) {
    if (data.length == 0) {
      return EMPTY_MESSAGE.clone();
    }
    Deflater deflater = Scratch.deflater();
    try {
      return deflate(deflater, data);
    } finally {
      Scratch.done(deflater);
    }
  }

  private static byte[] deflate(Deflater deflater, byte[] data) {
    deflater.setInput(data);
    byte[] out = new byte[data.length + (data.length >> BLOCK_SHIFT) + EXTRA];
    int length = 0;
    while (true) {
      length += deflater.deflate(out, length, out.length - length, Deflater.SYNC_FLUSH);
      if (length < out.length) {
        return Arrays.copyOf(out, length - TAIL);
      }
      out = Arrays.copyOf(out, 2 * out.length);
    }
  }
}
