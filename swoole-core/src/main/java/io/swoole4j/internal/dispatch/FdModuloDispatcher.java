// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import org.jspecify.annotations.Nullable;

/** Mode 2: the session id modulo the number of workers. */
final class FdModuloDispatcher implements Dispatcher {
  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    return (int) Long.remainderUnsigned(route.fd(), loads.workers());
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }
}
