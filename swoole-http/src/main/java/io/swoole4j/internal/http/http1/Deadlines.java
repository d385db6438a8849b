// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may take over a head, a body, its next request, and over reading what it is
 * sent. A deadline is not renewed by single bytes. One timer serves them all: it never sleeps
 * longer than the shortest of them, so that none of them has to move it. Owned by the connection's
 * event loop.
 */
final class Deadlines {
  private final HttpLimits limits;
  private final Http1Connection connection;
  private final Overdue overdue;
  private final long period;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> timer;
  private boolean inHead;
  private long headSince;
  private boolean inBody;
  private long bodyDeadline;
  private boolean asked;

  private @Nullable Object stuckAt;
  private long stuckProgress;
  private long stuckBytes;
  private long stuckSince;

  /** What happens when the time is up. */
  @FunctionalInterface
  interface Overdue {
    /**
     * A deadline for what the client sends has passed.
     *
     * @param silent whether it has sent nothing of a request
     */
    void overdue(boolean silent);
  }

  Deadlines(HttpLimits limits, Http1Connection connection, Overdue overdue) {
    this.limits = limits;
    this.connection = connection;
    this.overdue = overdue;
    this.period =
        Math.min(
            Math.min(limits.headNanos(), limits.bodyNanos()),
            Math.min(limits.idleNanos(), limits.writeNanos()));
  }

  void start(ChannelHandlerContext active) {
    context = active;
    schedule(period);
  }

  void stop() {
    Future<?> waiting = timer;
    context = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private void schedule(long nanos) {
    ChannelHandlerContext own = context;
    if (own != null) {
      timer = own.executor().schedule(this::check, Math.max(1, nanos), TimeUnit.NANOSECONDS);
    }
  }

  /** Whether a head has begun and is not complete. */
  void headIs(boolean incomplete) {
    if (incomplete && !inHead) {
      headSince = System.nanoTime();
    }
    inHead = incomplete;
  }

  void bodyBegins() {
    inHead = false;
    inBody = true;
    bodyDeadline = System.nanoTime() + limits.bodyNanos();
  }

  void bodyArrives(int bytes) {
    bodyDeadline += TimeUnit.SECONDS.toNanos(1) / limits.bodyBytesPerSecond() * bytes;
  }

  void bodyEnds() {
    inBody = false;
    inHead = false;
    asked = true;
  }

  private void check() {
    ChannelHandlerContext own = context;
    if (own == null) {
      return;
    }
    long now = System.nanoTime();
    if (!own.channel().config().isAutoRead()) {
      // It is us who do not read.
      headSince = now;
      bodyDeadline = now + limits.bodyNanos();
    }
    long left = Math.min(readingLeft(now), writingLeft(own.channel(), now));
    if (context != null) {
      schedule(Math.min(left, period));
    }
  }

  /** Time left for what the client sends. */
  private long readingLeft(long now) {
    if (connection.isClosing()) {
      return period;
    }
    long left = period;
    boolean silent = false;
    if (inBody) {
      left = bodyDeadline - now;
    } else if (inHead) {
      left = headSince + limits.headNanos() - now;
    } else if (connection.inFlight() == 0) {
      silent = true;
      long allowed = asked ? limits.idleNanos() : limits.headNanos();
      left = connection.answeredNanos() + allowed - now;
    }
    if (left <= 0) {
      overdue.overdue(silent);
      return period;
    }
    return left;
  }

  /** Time left for a client that takes nothing of what waits for it. */
  private long writingLeft(Channel channel, long now) {
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
    long left = stuckSince + limits.writeNanos() - now;
    if (left <= 0) {
      connection.session().close(true);
      return period;
    }
    return left;
  }
}
