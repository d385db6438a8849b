// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs what is due later on an event loop that serves no handlers, and nothing once that has ended.
 * Safe from any thread.
 */
final class Later {
  private final EventLoop loop;
  private final Logger logger;

  Later(EventLoop loop, Logger logger) {
    this.loop = loop;
    this.logger = logger;
  }

  EventLoop loop() {
    return loop;
  }

  /** Runs a task after a time; null when the server has ended. */
  @Nullable Future<?> run(Runnable task, long nanos) {
    try {
      return loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      logger.debug("the server has ended meanwhile", e);
      return null;
    }
  }
}
