// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import org.jspecify.annotations.Nullable;

/** Mode 8: a connection stays with the worker that had the fewest connections when it came. */
final class LeastConnectionsDispatcher implements Dispatcher {
  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    int pinned = route.pinnedWorker();
    if (pinned >= 0) {
      return pinned;
    }
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < loads.workers(); i++) {
      int connections = loads.connections(i);
      if (connections < least) {
        least = connections;
        best = i;
      }
    }
    return route.pinTo(best);
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }
}
