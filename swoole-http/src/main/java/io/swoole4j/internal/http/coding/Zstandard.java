// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import com.github.luben.zstd.util.Native;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The only class that touches zstd-jni, so that this library works without it. */
final class Zstandard {
  /** The window that may be used on the web: 8 MiB, RFC 9659. */
  private static final int MAX_WINDOW_BITS = 23;

  /** Higher levels would choose a larger window by themselves. */
  private static final int MAX_LEVEL_OF_WINDOW = 19;

  private Zstandard() {}

  static boolean isPresent() {
    Native.load();
    return Native.isLoaded();
  }

  static OutputStream encoder(OutputStream target, int level) throws IOException {
    ZstdOutputStream stream = new ZstdOutputStream(target, level);
    if (level > MAX_LEVEL_OF_WINDOW) {
      stream.setWindowLog(MAX_WINDOW_BITS);
    }
    return stream.setCloseFrameOnFlush(false);
  }

  static InputStream decoder(byte[] data) throws IOException {
    return new ZstdInputStream(new ByteArrayInputStream(data)).setLongMax(MAX_WINDOW_BITS);
  }
}
