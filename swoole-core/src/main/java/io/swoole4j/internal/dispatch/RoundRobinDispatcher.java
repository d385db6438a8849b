// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Mode 1: every packet to the next worker, over all connections and reactors. */
final class RoundRobinDispatcher implements Dispatcher {
  private final AtomicInteger next;

  RoundRobinDispatcher() {
    this(0);
  }

  RoundRobinDispatcher(int first) {
    next = new AtomicInteger(first);
  }

  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    return (int) (Integer.toUnsignedLong(next.getAndIncrement()) % loads.workers());
  }

  @Override
  public boolean keepsOrder() {
    return false;
  }
}
