// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A cycle of frames, which every connection sends, or gets, over and over.
 *
 * <p>The frames of an echo differ from one another and connections start at different places of the
 * cycle, so a reply that is lost, doubled, reordered or sent to another connection does not compare
 * equal.
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
  private final int variableFrom;
  private final int variableTo;

  /** Distinct frames of a length and that many bytes. */
  FramePattern(int payloadBytes) {
    frameBytes = Integer.BYTES + payloadBytes;
    frames = framesOf(frameBytes);
    variableFrom = 0;
    variableTo = 0;
    bytes = ByteBuffer.allocateDirect(cycleBytes() + WINDOW_BYTES);
    while (bytes.hasRemaining()) {
      bytes.put(byteAt(bytes.position() % cycleBytes()));
    }
    bytes.flip();
  }

  /**
   * Frames of one length, in turn.
   *
   * @param cycle their bytes
   * @param variableFrom where in each bytes begin that may be any
   * @param variableTo where they end
   */
  FramePattern(List<byte[]> cycle, int variableFrom, int variableTo) {
    this.frameBytes = cycle.get(0).length;
    this.frames = cycle.size();
    this.variableFrom = variableFrom;
    this.variableTo = variableTo;
    bytes = ByteBuffer.allocateDirect(cycleBytes() + WINDOW_BYTES);
    for (int i = 0; bytes.hasRemaining(); i++) {
      bytes.put(cycle.get(i % frames), 0, Math.min(frameBytes, bytes.remaining()));
    }
    bytes.flip();
  }

  /** How many frames of a length differ from one another before they come again. */
  static int framesOf(int frameBytes) {
    return Math.max(1, Math.min(MAX_FRAMES, CYCLE_BYTES / frameBytes));
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

  /**
   * Whether bytes are those from a place in the cycle on.
   *
   * @param received the bytes, at most {@link #WINDOW_BYTES}; all of them are consumed
   * @param view the caller's own view
   */
  boolean matches(ByteBuffer received, ByteBuffer view, int place) {
    int at = place;
    while (received.hasRemaining()) {
      window(view, at, received.remaining());
      int differs = received.mismatch(view);
      if (differs < 0) {
        return true;
      }
      int inFrame = (at + differs) % frameBytes;
      if (inFrame < variableFrom || inFrame >= variableTo) {
        return false;
      }
      int skipped = Math.min(differs + variableTo - inFrame, received.remaining());
      received.position(received.position() + skipped);
      at += skipped;
    }
    return true;
  }
}
