// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.deflate;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The compressors of a thread. Neither side keeps its window from message to message, so that one
 * pair serves all connections of a thread and a connection costs nothing. Threads that are not the
 * library's own, of which there may be many that live shortly, share a few.
 */
final class Scratch {
  private static final int MAX_SPARE = 2 * Runtime.getRuntime().availableProcessors();

  private static final Queue<Deflater> SPARE_DEFLATERS = new ArrayBlockingQueue<>(MAX_SPARE);

  private static final Queue<Inflater> SPARE_INFLATERS = new ArrayBlockingQueue<>(MAX_SPARE);

  private static final FastThreadLocal<Deflater> DEFLATER =
      new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
          return newDeflater();
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
          return newInflater();
        }

        @Override
        protected void onRemoval(Inflater ended) {
          ended.end();
        }
      };

  private Scratch() {}

  private static Deflater newDeflater() {
    return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  }

  private static Inflater newInflater() {
    return new Inflater(true);
  }

  private static boolean keepsItsOwn() {
    return Thread.currentThread() instanceof FastThreadLocalThread;
  }

  /** A deflater without history, to be given to {@link #done(Deflater)} by the same call. */
  static Deflater deflater() {
    Deflater deflater = keepsItsOwn() ? DEFLATER.get() : SPARE_DEFLATERS.poll();
    if (deflater == null) {
      return newDeflater();
    }
    deflater.reset();
    return deflater;
  }

  static void done(Deflater used) {
    if (!keepsItsOwn() && !SPARE_DEFLATERS.offer(used)) {
      used.end();
    }
  }

  /** An inflater without history, to be given to {@link #done(Inflater)} by the same call. */
  static Inflater inflater() {
    Inflater inflater = keepsItsOwn() ? INFLATER.get() : SPARE_INFLATERS.poll();
    if (inflater == null) {
      return newInflater();
    }
    inflater.reset();
    return inflater;
  }

  static void done(Inflater used) {
    if (!keepsItsOwn() && !SPARE_INFLATERS.offer(used)) {
      used.end();
    }
  }
}
