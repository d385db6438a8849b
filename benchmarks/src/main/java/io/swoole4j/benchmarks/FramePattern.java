// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.nio.ByteBuffer;

/**
 * A cycle of distinct frames, which every connection sends over and over and expects back.
 *
 * <p>Frames differ from one another and connections start at different places of the cycle, so a
 * reply that is lost, doubled, reordered or sent to another connection does not compare equal.
 */
final class FramePattern {
  /** Most bytes that one {@link #window} spans. */
  static final int WINDOW_BYTES = 1 << 16;

  private static final int MAX_FRAMES = 61;
  private static final int CYCLE_BYTES = 1 << 18;
  private static final int STRIDE = 7;

  private final int frameBytes;
  private final int frames;
  private final ByteBuffer bytes;

  FramePattern(int payloadBytes) {
    frameBytes = Integer.BYTES + payloadBytes;
    frames = Math.max(1, Math.min(MAX_FRAMES, CYCLE_BYTES / frameBytes));
    bytes = ByteBuffer.allocateDirect(cycleBytes() + WINDOW_BYTES);
    while (bytes.hasRemaining()) {
      bytes.put(byteAt(bytes.position() % cycleBytes()));
    }
    bytes.flip();
  }

  private byte byteAt(int place) {
    int inFrame = place % frameBytes;
    if (inFrame < Integer.BYTES) {
      return (byte) ((frameBytes - Integer.BYTES) >>> (8 * (Integer.BYTES - 1 - inFrame)));
    }
    return (byte) (inFrame * 31 + place / frameBytes);
  }

  int frameBytes() {
    return frameBytes;
  }

  int cycleBytes() {
    return frames * frameBytes;
  }

  /** Where in the cycle a connection starts. */
  int startOf(int connection) {
    return connection * STRIDE % frames * frameBytes;
  }

  /** A view for the exclusive use of one caller, to be placed with {@link #window}. */
  ByteBuffer view() {
    return bytes.duplicate();
  }

  /**
   * Makes a view show the bytes from a place in the cycle on.
   *
   * @param count at most {@link #WINDOW_BYTES}
   */
  static ByteBuffer window(ByteBuffer view, int place, int count) {
    return view.limit(place + count).position(place);
  }
}
