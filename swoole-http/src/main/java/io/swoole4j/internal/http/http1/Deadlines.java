// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How long a client may take over a head, a body, its next request, and over reading what it is
 * sent, and how long one that has ended its side may wait. A deadline is not renewed by single
 * bytes. Owned by the connection's event loop.
 */
final class Deadlines {
  private final HttpLimits limits;
  private final Http1Connection connection;
  private final Overdue overdue;
  private final BooleanSupplier inputEnded;
  private final DeadlineTimer timer;

  private boolean inHead;
  private long headSince;
  private boolean inBody;
  private long bodyDeadline;
  private boolean asked;

  /** What happens when the time is up. */
  @FunctionalInterface
  interface Overdue {
    /**
     * A deadline for what the client sends has passed.
     *
     * @param silent whether it has sent nothing of a request, or nothing is said to it any more
     */
    void overdue(boolean silent);
  }

  /**
   * Deadlines that do not run yet.
   *
   * @param inputEnded whether the client has ended its side
   */
  Deadlines(
      HttpLimits limits, Http1Connection connection, Overdue overdue, BooleanSupplier inputEnded) {
    this.limits = limits;
    this.connection = connection;
    this.overdue = overdue;
    this.inputEnded = inputEnded;
    this.timer = new DeadlineTimer(limits, this::left);
  }

  void start(ChannelHandlerContext active) {
    timer.start(active);
  }

  void stop() {
    timer.stop();
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

  private long left(ChannelHandlerContext own, long now) {
    if (!own.channel().config().isAutoRead()) {
      // It is us who do not read.
      headSince = now;
      bodyDeadline = now + limits.bodyNanos();
    }
    long writing = timer.takingLeft(own.channel(), now);
    if (writing <= 0) {
      // Nothing it could still be refused for.
      connection.session().close(true);
      return timer.period();
    }
    return Math.min(writing, readingLeft(now));
  }

  /** Time left for what the client sends, or for what it waits for if it will send nothing. */
  private long readingLeft(long now) {
    if (connection.isClosing()) {
      return timer.period();
    }
    long left = timer.period();
    boolean silent = false;
    if (inBody) {
      left = bodyDeadline - now;
    } else if (inHead) {
      left = headSince + limits.headNanos() - now;
    } else if (connection.inFlight() == 0) {
      silent = true;
      long allowed = asked ? limits.idleNanos() : limits.headNanos();
      left = connection.answeredNanos() + allowed - now;
    } else if (inputEnded.getAsBoolean()) {
      // It may be there, or gone for good: only what is sent to it could tell.
      silent = true;
      if (timer.isSending()) {
        connection.sending(now);
      }
      left = connection.sentNanos(now) + limits.writeNanos() - now;
    }
    if (left <= 0) {
      overdue.overdue(silent);
      return timer.period();
    }
    return left;
  }
}
