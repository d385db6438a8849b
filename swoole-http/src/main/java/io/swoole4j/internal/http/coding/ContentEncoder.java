// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Compresses one body, whole or piece by piece. To be finished or closed, as it may hold native
 * memory. Not thread-safe.
 */
public final class ContentEncoder implements AutoCloseable {
  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream(512);
  private final OutputStream encoder;

  /**
   * Begins a body.
   *
   * @param coding an available coding
   * @param level how hard to try; bounded to what the coding knows
   * @throws IllegalArgumentException if the coding is not available
   */
  public ContentEncoder(ContentCoding coding, int level) {
    if (!coding.isAvailable()) {
      throw new IllegalArgumentException(
          "coding: " + coding.token() + " (expected: one of " + ContentCoding.available() + ")");
    }
    try {
      encoder = coding.encoder(encoded, coding.clamped(level));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compresses a whole body.
   *
   * @param coding an available coding
   * @param level how hard to try; bounded to what the coding knows
   * @param body the body
   * @return the compressed body
   */
  public static byte[] encode(ContentCoding coding, int level, byte[] body) {
    try (ContentEncoder encoder = new ContentEncoder(coding, level)) {
      return encoder.finish(body);
    }
  }

  /**
   * Compresses a piece so that the receiver can read all of it at once.
   *
   * @param piece the piece
   * @return what to send
   */
  public byte[] write(byte[] piece) {
    try {
      encoder.write(piece);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return take();
  }

  /**
   * Compresses the last piece and ends the body.
   *
   * @param piece the piece, may be empty
   * @return what to send
   */
  public byte[] finish(byte[] piece) {
    try {
      encoder.write(piece);
      encoder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return take();
  }

  private byte[] take() {
    byte[] bytes = encoded.toByteArray();
    encoded.reset();
    return bytes;
  }

  /** Lets go of the native memory of a body that is not finished. */
  @Override
  public void close() {
    try {
      encoder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
