// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import org.jspecify.annotations.Nullable;

/** Mode 4: the peer's address modulo the number of workers. */
final class AddressModuloDispatcher implements Dispatcher {
  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    return (int) (route.addressKey() % loads.workers());
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }
}
