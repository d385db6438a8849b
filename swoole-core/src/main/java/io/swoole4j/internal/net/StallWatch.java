// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.util.concurrent.Future;
import io.swoole4j.internal.util.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Drops a connection that moves no bytes for too long, or whose peer takes none of those that wait
 * for it. Looks four times in that time, so that packets need not tell it anything. Owned by the
 * event loop.
 */
final class StallWatch {
  private static final int LOOKS = 4;
  private static final long SHORTEST_MILLIS = 5;

  private final Connection connection;
  private final Clock clock;
  private final long limitNanos;
  private final long pauseMillis;
  private long received;
  private long progress;
  private long movedNanos;
  private long takenNanos;
  private @Nullable Future<?> look;

  StallWatch(Connection connection, Clock clock, long limitMillis) {
    this.connection = connection;
    this.clock = clock;
    this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
    this.pauseMillis = Math.max(SHORTEST_MILLIS, limitMillis / LOOKS);
    this.movedNanos = clock.nanos();
    this.takenNanos = movedNanos;
    this.received = connection.lastReceiveMillis();
    again();
  }

  private void again() {
    look = connection.reactor().loop().schedule(this::look, pauseMillis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    long now = clock.nanos();
    Outbound outbound = connection.outbound();
    if (connection.lastReceiveMillis() != received || !connection.mayExpire()) {
      received = connection.lastReceiveMillis();
      movedNanos = now;
    }
    if (outbound.progress() != progress) {
      progress = outbound.progress();
      movedNanos = now;
      takenNanos = now;
    }
    if (outbound.isEmpty() || connection.isProtected() || connection.carriesProtected()) {
      takenNanos = now;
    }
    if (now - movedNanos >= limitNanos || now - takenNanos >= limitNanos) {
      connection.reactor().logger().debug("{} does not get on", connection);
      outbound.abandon();
    } else {
      again();
    }
  }

  void cancel() {
    Future<?> waiting = look;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
