// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.deflate;

import io.swoole4j.internal.websocket.frame.FrameException;
import io.swoole4j.internal.websocket.frame.Op;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates whole messages, each by itself and never beyond a limit (RFC 7692, 7.2.2). */
public final class MessageInflater {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  /** A block without data that is marked as the last. */
  private static final byte[] LAST_BLOCK = {3, 0};

  private static final int FACTOR = 4;
  private static final int ROOM = 256;

  private MessageInflater() {}

  /**
   * Inflates a message. Any thread.
   *
   * @param data where the payloads of its frames are
   * @param length how many bytes they have
   * @param max the most bytes the message may have
   * @return the message
   * @throws FrameException if it would be larger, or is not compressed data
   */
  public static byte[] inflate(byte[] data, int length, int max) throws FrameException {
    Inflater inflater = Scratch.inflater();
    try {
      return inflate(inflater, data, length, max);
    } finally {
      Scratch.done(inflater);
    }
  }

  private static byte[] inflate(Inflater inflater, byte[] data, int length, int max)
      throws FrameException {
    inflater.setInput(data, 0, length);
    byte[] out = new byte[(int) Math.min(max, (long) FACTOR * length + ROOM)];
    int have = 0;
    boolean tail = length == 0;
    try {
      while (true) {
        int inflated = inflate(inflater, out, have);
        have += inflated;
        if (inflated == 0) {
          if (inflater.finished() || (inflater.needsInput() && tail)) {
            requireEnd(inflater, length);
            return have == out.length ? out : Arrays.copyOf(out, have);
          }
          if (inflater.needsInput()) {
            inflater.setInput(TAIL);
            tail = true;
          } else if (inflater.needsDictionary()) {
            throw new FrameException(Op.BAD_DATA, "compressed data with a dictionary");
          }
        }
        if (have == out.length && have < max) {
          out = Arrays.copyOf(out, (int) Math.min(max, 2L * out.length));
        }
      }
    } catch (DataFormatException e) {
      throw new FrameException(Op.BAD_DATA, "data that cannot be inflated");
    }
  }

  /**
   * Tells data that were cut off, to which the tail is data too: only between two blocks an empty
   * last one is the end.
   */
  private static void requireEnd(Inflater inflater, int length)
      throws DataFormatException, FrameException {
    if (length == 0 || inflater.finished()) {
      return;
    }
    inflater.setInput(LAST_BLOCK);
    if (inflater.inflate(new byte[1]) > 0 || !inflater.finished()) {
      throw new FrameException(Op.BAD_DATA, "compressed data that are cut off");
    }
  }

  /** A buffer that is full and cannot grow takes one byte more only to tell that there is one. */
  private static int inflate(Inflater inflater, byte[] out, int have)
      throws DataFormatException, FrameException {
    if (have < out.length) {
      return inflater.inflate(out, have, out.length - have);
    }
    if (inflater.inflate(new byte[1]) > 0) {
      throw new FrameException(Op.TOO_BIG, "message above " + out.length + " bytes once inflated");
    }
    return 0;
  }
}
