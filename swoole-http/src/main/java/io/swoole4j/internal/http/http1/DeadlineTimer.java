// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a connection for all its deadlines: it never sleeps longer than the shortest of
 * them, so that none of them has to move it. Owned by the connection's event loop.
 */
public final class DeadlineTimer {
  private final Check check;
  private final long writeNanos;
  private final long period;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> timer;

  private @Nullable Object stuckAt;
  private long stuckProgress;
  private long stuckBytes;
  private long stuckSince;

  /** Looks at the deadlines. */
  @FunctionalInterface
  public interface Check {
    /**
     * Does what is due.
     *
     * @param context the handler whose timer it is
     * @param now the time, in nanoseconds
     * @return how long nothing will be due, in nanoseconds; at most {@link #period} counts
     */
    long left(ChannelHandlerContext context, long now);
  }

  /**
   * A timer that does not run yet.
   *
   * @param limits what its deadlines are made of
   * @param check called when one may have passed
   */
  public DeadlineTimer(HttpLimits limits, Check check) {
    this.check = check;
    this.writeNanos = limits.writeNanos();
    this.period =
        Math.min(
            Math.min(limits.headNanos(), limits.bodyNanos()),
            Math.min(limits.idleNanos(), limits.writeNanos()));
  }

  /**
   * The shortest time that a deadline allows.
   *
   * @return nanoseconds
   */
  public long period() {
    return period;
  }

  /**
   * Begins.
   *
   * @param own the handler
   */
  public void start(ChannelHandlerContext own) {
    context = own;
    schedule(period);
  }

  /** Ends. */
  public void stop() {
    Future<?> waiting = timer;
    context = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private void schedule(long nanos) {
    ChannelHandlerContext own = context;
    if (own != null) {
      timer = own.executor().schedule(this::run, Math.max(1, nanos), TimeUnit.NANOSECONDS);
    }
  }

  private void run() {
    ChannelHandlerContext own = context;
    if (own != null) {
      schedule(Math.min(check.left(own, System.nanoTime()), period));
    }
  }

  /**
   * Lets the time of a client that takes nothing begin anew.
   *
   * @param now the time, in nanoseconds
   */
  public void restart(long now) {
    stuckSince = now;
  }

  /**
   * Whether something waited for the client when {@link #takingLeft} was called last.
   *
   * @return false if the system had taken everything
   */
  public boolean isSending() {
    return stuckAt != null;
  }

  /**
   * Time left for a client that takes nothing of what waits for it.
   *
   * @param channel its channel
   * @param now the time, in nanoseconds
   * @return nanoseconds, not positive when its time is up
   */
  public long takingLeft(Channel channel, long now) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    Object current = buffer == null ? null : buffer.current();
    long progress = buffer == null ? 0 : buffer.currentProgress();
    long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (current == null
        || current != stuckAt
        || progress != stuckProgress
        || pending != stuckBytes) {
      stuckAt = current;
      stuckProgress = progress;
      stuckBytes = pending;
      stuckSince = now;
      return period;
    }
    return stuckSince + writeNanos - now;
  }
}
