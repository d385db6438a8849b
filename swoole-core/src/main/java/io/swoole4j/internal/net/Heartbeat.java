// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Finds peers that are silent for longer than their port allows, on request and, where a port asks
 * for it, at an interval. The search runs on the accepting loop, a slice of the sessions at a time
 * so that accepting goes on, and compares what connections know anyway: a heartbeat costs nothing
 * when a packet arrives.
 */
public final class Heartbeat {
  /** Sessions looked at before the accepting loop has its turn again. */
  private static final int SLICE = 1024;

  private final ConnectionRegistry registry;
  private final SilenceClock clock;
  private final Logger logger;
  private final long intervalMillis;
  private final boolean possible;

  /**
   * The heartbeat of a server.
   *
   * @param inbound the way in
   * @param listeners the ports; the shortest interval among them holds for all that have one
   */
  public Heartbeat(Inbound inbound, List<ListenerSpec> listeners) {
    this.registry = inbound.registry();
    this.clock = new SilenceClock(inbound.clock());
    this.logger = inbound.logging().of(Heartbeat.class);
    this.intervalMillis =
        listeners.stream()
            .mapToLong(listener -> listener.rules().scanMillis())
            .filter(interval -> interval > 0)
            .min()
            .orElse(0);
    this.possible = listeners.stream().anyMatch(listener -> listener.rules().idleMillis() > 0);
  }

  /**
   * Whether any port says what silent means.
   *
   * @return false when nobody can ever be found
   */
  public boolean isPossible() {
    return possible;
  }

  /**
   * Begins to search, if a port asks for it.
   *
   * @param loop where
   */
  public void start(EventLoop loop) {
    if (intervalMillis > 0 && !loop.isShuttingDown()) {
      loop.schedule(() -> search(loop), intervalMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void search(EventLoop loop) {
    slice(loop, 0, clock.now());
  }

  private void slice(EventLoop loop, long after, SilenceClock.Moment now) {
    boolean more = false;
    try {
      int seen = 0;
      for (Connection connection : registry.allAfter(after)) {
        if (seen++ == SLICE && !loop.isShuttingDown()) {
          more = true;
          long next = connection.fd() - 1;
          loop.execute(() -> slice(loop, next, now));
          return;
        }
        long heard = connection.lastReceiveMillis();
        if (connection.listener().rules().scanMillis() > 0 && isSilent(connection, heard, now)) {
          end(connection, heard);
        }
      }
    } finally {
      // Whatever went wrong with one connection, the next search is due.
      if (!more) {
        start(loop);
      }
    }
  }

  /**
   * The silent peers of this moment. From any thread.
   *
   * @param close whether to end their connections
   * @return ids in ascending order
   */
  public List<Long> silent(boolean close) {
    List<Long> silent = new ArrayList<>();
    SilenceClock.Moment now = clock.now();
    Collection<Connection> all = registry.all();
    for (Connection connection : all) {
      long heard = connection.lastReceiveMillis();
      if (connection.isOpen() && isSilent(connection, heard, now)) {
        silent.add(connection.fd());
        if (close) {
          end(connection, heard);
        }
      }
    }
    return silent;
  }

  private void end(Connection connection, long heard) {
    logger.debug("{} is silent for too long", connection);
    connection.expire(heard);
  }

  private boolean isSilent(Connection connection, long heard, SilenceClock.Moment now) {
    long idle = connection.listener().rules().idleMillis();
    return idle > 0 && connection.mayExpire() && clock.isSilent(now, heard, idle);
  }
}
