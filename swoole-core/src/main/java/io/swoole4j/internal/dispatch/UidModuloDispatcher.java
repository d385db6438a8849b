// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import org.jspecify.annotations.Nullable;

/** Mode 5: the bound uid modulo the number of workers; the session id until one is bound. */
final class UidModuloDispatcher implements Dispatcher {
  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    if (route.hasUid()) {
      return (int) Math.floorMod(route.uid(), (long) loads.workers());
    }
    return (int) Long.remainderUnsigned(route.fd(), loads.workers());
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }

  @Override
  public boolean fixed() {
    return false;
  }
}
