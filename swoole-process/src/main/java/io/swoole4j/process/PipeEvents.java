// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.SocketPipe;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the pipe of one process for something to read, on a thread of its own that keeps the JVM
 * alive and ends with the handler or the pipe.
 */
final class PipeEvents {
  /** After so long it looks whether it is still wanted. */
  private static final Duration SLICE = Duration.ofMillis(100);

  /** Somebody who is told. */
  @FunctionalInterface
  interface Turn {
    /** Called again and again while there is something to read; false after the end was read. */
    boolean run() throws Exception;
  }

  private final SocketPipe pipe;
  private final Turn handler;
  private final Thread thread;
  private volatile boolean ended;

  private PipeEvents(int processId, SocketPipe pipe, Turn handler) {
    this.pipe = pipe;
    this.handler = handler;
    thread = new Thread(this::run, "swoole-process-" + processId + "-events");
  }

  static PipeEvents start(int processId, SocketPipe pipe, Turn handler) {
    PipeEvents events = new PipeEvents(processId, pipe, handler);
    events.thread.setDaemon(false);
    events.thread.start();
    return events;
  }

  /** Stops; a handler that runs goes on to its end. */
  static void stop(@Nullable PipeEvents events) {
    if (events != null) {
      events.ended = true;
    }
  }

  private void run() {
    Logger logger = LoggerFactory.getLogger(SwooleProcess.class);
    while (!ended) {
      try {
        // It may have been stopped while it waited: what has come then is for others.
        if (!pipe.socket().readable(SLICE) || ended) {
          continue;
        }
      } catch (IOException e) {
        return;
      }
      try {
        if (!handler.run()) {
          return;
        }
      } catch (Exception e) {
        logger.error("handler of pipe {} threw", pipe.fd(), e);
      }
    }
  }
}
