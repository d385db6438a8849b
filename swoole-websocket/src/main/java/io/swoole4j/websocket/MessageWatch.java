// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.websocket.frame.FrameDecoder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives up clients that begin a message and do not come to its end, which would be kept for them
 * for ever. A message has some time and more for each KiB of it that has arrived; only one that has
 * begun costs a timer. Owned by the connection's event loop.
 */
final class MessageWatch {
  private static final long NANOS_FOR_KIB = TimeUnit.SECONDS.toNanos(1);
  private static final int KIB = 1024;

  /** How often within the time it is looked whether the client is read at all. */
  private static final int LOOKS = 4;

  private final WebSocketConnection connection;
  private final FrameDecoder decoder;
  private final EventExecutor loop;
  private final Runnable late;
  private final long messageNanos;
  private boolean begun;
  private long begunNanos;

  /** When the timer is due. */
  private long dueNanos;

  private @Nullable Future<?> timer;
  private boolean stopped;

  private MessageWatch(
      WebSocketConnection connection, FrameDecoder decoder, EventExecutor loop, Runnable late) {
    this.connection = connection;
    this.decoder = decoder;
    this.loop = loop;
    this.late = late;
    this.messageNanos = connection.port().rules().messageNanos();
  }

  /**
   * A watch of one connection; null where its port does not ask for it.
   *
   * @param late what is done once a message takes too long
   */
  static @Nullable MessageWatch of(
      WebSocketConnection connection, FrameDecoder decoder, EventExecutor loop, Runnable late) {
    return connection.port().rules().messageNanos() == 0
        ? null
        : new MessageWatch(connection, decoder, loop, late);
  }

  /** A frame has come to its end, and maybe its message. */
  void frameEnded() {
    begun = begun && decoder.isWithinMessage();
  }

  /** Everything that has arrived was decoded. */
  void decoded() {
    if (begun || stopped || !decoder.isWithinMessage()) {
      return;
    }
    begun = true;
    begunNanos = now();
    if (timer == null) {
      schedule(messageNanos / LOOKS);
    }
  }

  void stop() {
    stopped = true;
    Future<?> waiting = timer;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private long now() {
    return loop.ticker().nanoTime();
  }

  private void schedule(long nanos) {
    dueNanos = now() + nanos;
    timer = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    timer = null;
    begun = begun && decoder.isWithinMessage();
    if (stopped || !begun) {
      return;
    }
    long now = now();
    // The rest may be there already, only that nobody reads it, or that the event loop stood still.
    begunNanos = connection.session().mayExpire() ? begunNanos + now - dueNanos : now;
    long granted = messageNanos + decoder.messageBytes() * NANOS_FOR_KIB / KIB;
    long left = begunNanos + granted - now;
    if (left > 0) {
      schedule(Math.min(left, messageNanos / LOOKS));
      return;
    }
    connection.port().noise().warn("closed", connection.session().fd(), "its message is not ended");
    late.run();
  }
}
