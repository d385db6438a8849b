// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;

/**
 * How many frames that carry no request a client may send in a while: PING and SETTINGS, which have
 * to be answered, PRIORITY and GOAWAY. Owned by the connection's event loop.
 */
final class ControlFrameLimit {
  static final int MAX_FRAMES = 1_000;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private long windowSince = System.nanoTime();
  private int frames;

  /**
   * Counts one.
   *
   * @throws Http2Exception an error of the connection if there are too many
   */
  void count() throws Http2Exception {
    if (++frames <= MAX_FRAMES) {
      return;
    }
    long now = System.nanoTime();
    if (now - windowSince < WINDOW_NANOS) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "more than %d control frames", MAX_FRAMES);
    }
    windowSince = now;
    frames = 1;
  }
}
