// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.websocket.frame.Op;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings a client that is silent, and gives it up when it stays so. One timer, which is not moved by
 * what arrives. While the server itself does not read a client, or its event loop stands still,
 * that is no silence. Owned by the connection's event loop.
 */
final class SilenceWatch {
  /** How often within the idle time it is looked whether the client can be heard at all. */
  private static final int LOOKS = 4;

  private final WebSocketConnection connection;
  private final EventExecutor loop;
  private final long pingNanos;
  private final long idleNanos;
  private long heardNanos;
  private long pingedNanos;
  private long excusedNanos;

  /** When the timer is due. */
  private long dueNanos;

  private @Nullable Future<?> timer;
  private boolean stopped;

  private SilenceWatch(WebSocketConnection connection, EventExecutor loop, WebSocketRules rules) {
    this.connection = connection;
    this.loop = loop;
    this.pingNanos = rules.pingNanos();
    this.idleNanos = rules.idleNanos();
    this.heardNanos = now();
    this.pingedNanos = heardNanos;
    this.excusedNanos = heardNanos;
  }

  private long now() {
    return loop.ticker().nanoTime();
  }

  /** Begins to watch a connection; null where its port does not ask for it. */
  static @Nullable SilenceWatch start(WebSocketConnection connection, EventExecutor loop) {
    WebSocketRules rules = connection.port().rules();
    if (rules.pingNanos() == 0 && rules.idleNanos() == 0) {
      return null;
    }
    SilenceWatch watch = new SilenceWatch(connection, loop, rules);
    watch.schedule(watch.heardNanos);
    return watch;
  }

  /** The client has sent something. */
  void heard() {
    heardNanos = now();
  }

  void stop() {
    stopped = true;
    Future<?> waiting = timer;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private void schedule(long now) {
    long next = Long.MAX_VALUE;
    if (pingNanos > 0) {
      next = Math.max(heardNanos, pingedNanos) + pingNanos - now;
    }
    if (idleNanos > 0) {
      long left = Math.max(heardNanos, excusedNanos) + idleNanos - now;
      next = Math.min(next, Math.min(left, idleNanos / LOOKS));
    }
    dueNanos = now + Math.max(1, next);
    timer = loop.schedule(this::look, Math.max(1, next), TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (stopped) {
      return;
    }
    long now = now();
    // While the event loop stood still, what has arrived was not read either.
    excusedNanos =
        connection.session().mayExpire()
            ? Math.max(heardNanos, excusedNanos) + now - dueNanos
            : now;
    if (idleNanos > 0 && now - Math.max(heardNanos, excusedNanos) >= idleNanos) {
      stopped = true;
      connection.port().noise().warn("closed", connection.session().fd(), "it is silent");
      connection.leave(Op.GOING_AWAY);
      return;
    }
    if (pingNanos > 0 && now - Math.max(heardNanos, pingedNanos) >= pingNanos) {
      pingedNanos = now;
      connection.ping();
    }
    schedule(now);
  }
}
