// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that an event loop comes back when the next timer of one incarnation is due. Owned by
 * the loop.
 */
final class LoopTimer {
  private final EventLoop loop;
  private final TimerQueue<TimerTask> timers;
  private final Runnable due;
  private @Nullable Future<?> scheduled;
  private long scheduledFor;

  LoopTimer(EventLoop loop, TimerQueue<TimerTask> timers, Runnable due) {
    this.loop = loop;
    this.timers = timers;
    this.due = due;
  }

  /** To be called whenever timers may have been made. */
  void arm() {
    long wait = timers.nanosUntilNext();
    if (wait == Long.MAX_VALUE || loop.isShuttingDown()) {
      return;
    }
    long time = System.nanoTime() + wait;
    if (scheduled != null && scheduledFor - time <= 0) {
      return;
    }
    cancel();
    scheduledFor = time;
    scheduled = loop.schedule(this::fire, wait, TimeUnit.NANOSECONDS);
  }

  private void fire() {
    scheduled = null;
    due.run();
  }

  void cancel() {
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }
}
