// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.deflate;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The compressors of a thread. Neither side keeps its window from message to message, so that one
 * pair serves all connections of a thread and a connection costs nothing.
 */
final class Scratch {
  private static final FastThreadLocal<Deflater> DEFLATER =
      new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
          return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        }

        @Override
        protected void onRemoval(Deflater ended) {
          ended.end();
        }
      };

  private static final FastThreadLocal<Inflater> INFLATER =
      new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
          return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater ended) {
          ended.end();
        }
      };

  private Scratch() {}

  /** A deflater without history, for use within the call. */
  static Deflater deflater() {
    Deflater deflater = DEFLATER.get();
    deflater.reset();
    return deflater;
  }

  /** An inflater without history, for use within the call. */
  static Inflater inflater() {
    Inflater inflater = INFLATER.get();
    inflater.reset();
    return inflater;
  }
}
