// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Modes 9 and 10: every packet to the worker with the least to do; among equals to the one that has
 * been given the fewest so far, so that who was passed by while busy makes up for it.
 */
final class LeastRequestsDispatcher implements Dispatcher {
  private volatile @Nullable AtomicIntegerArray given;

  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    AtomicIntegerArray counts = counts(loads.workers());
    int best = 0;
    int least = loads.inFlight(0);
    for (int i = 1; i < counts.length(); i++) {
      int inFlight = loads.inFlight(i);
      // By their difference, as the counts may overflow.
      if (inFlight < least || (inFlight == least && counts.get(i) - counts.get(best) < 0)) {
        least = inFlight;
        best = i;
      }
    }
    counts.getAndIncrement(best);
    return best;
  }

  private AtomicIntegerArray counts(int workers) {
    AtomicIntegerArray counts = given;
    return counts == null ? firstCounts(workers) : counts;
  }

  private synchronized AtomicIntegerArray firstCounts(int workers) {
    AtomicIntegerArray counts = given;
    if (counts == null) {
      given = counts = new AtomicIntegerArray(workers);
    }
    return counts;
  }

  @Override
  public boolean keepsOrder() {
    return false;
  }
}
