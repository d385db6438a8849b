// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Modes 3 and 7: the next worker that has nothing to do; when all are busy, the one with the least
 * to do.
 */
final class IdleWorkerDispatcher implements Dispatcher {
  private final AtomicInteger next = new AtomicInteger();
  private final Runnable noIdleWorker;

  IdleWorkerDispatcher(Runnable noIdleWorker) {
    this.noIdleWorker = noIdleWorker;
  }

  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    int worker = leastBusy(next.getAndIncrement(), loads);
    if (loads.inFlight(worker) > 0) {
      noIdleWorker.run();
    }
    return worker;
  }

  @Override
  public boolean keepsOrder() {
    return false;
  }

  /**
   * The worker with the fewest messages, searched from a moving start so that equals take turns.
   */
  static int leastBusy(int turn, WorkerLoads loads) {
    int workers = loads.workers();
    int candidate = (int) (Integer.toUnsignedLong(turn) % workers);
    int best = candidate;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < workers; i++) {
      int inFlight = loads.inFlight(candidate);
      if (inFlight == 0) {
        return candidate;
      }
      if (inFlight < least) {
        least = inFlight;
        best = candidate;
      }
      candidate = candidate + 1 == workers ? 0 : candidate + 1;
    }
    return best;
  }
}
