// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The only class that touches brotli4j, so that this library works without it. */
final class Brotli {
  /** Brotli's default of 4 MiB would be the window of each response; 512 KiB hardly costs ratio. */
  private static final int WINDOW_BITS = 19;

  private Brotli() {}

  static boolean isPresent() {
    return Brotli4jLoader.isAvailable();
  }

  static OutputStream encoder(OutputStream target, int quality) throws IOException {
    Encoder.Parameters parameters = Encoder.Parameters.create(quality, WINDOW_BITS);
    return new BrotliOutputStream(target, parameters);
  }

  static InputStream decoder(byte[] data) throws IOException {
    BrotliInputStream stream = new BrotliInputStream(new ByteArrayInputStream(data));
    stream.enableEagerOutput();
    return stream;
  }
}
