// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the worker of a packet: one implementation per dispatch mode. Called on reactor threads
 * and, for the end of a connection, on any thread.
 */
public interface Dispatcher {
  /**
   * Chooses.
   *
   * @param route the packet's connection
   * @param kind what the packet is
   * @param data its bytes, null for the beginning and the end of a connection
   * @param loads the workers
   * @return a worker's id, {@link Dispatch#DISCARD} or {@link Dispatch#CLOSE}
   */
  int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads);

  /**
   * Whether all packets of a connection go to one worker, so that its events keep their order.
   *
   * @return false for the modes that spread packets
   */
  boolean keepsOrder();

  /**
   * Whether a connection has one worker from its beginning to its end.
   *
   * @return false where its worker may change
   */
  default boolean fixed() {
    return keepsOrder();
  }

  /**
   * The dispatcher of a mode.
   *
   * @param mode Swoole's number, 1 to 10 but for 6, which is {@link FunctionDispatcher}
   * @param noIdleWorker told when mode 3 or 7 finds no idle worker
   * @return the dispatcher
   * @throws IllegalArgumentException for a number without a mode
   */
  static Dispatcher ofMode(int mode, Runnable noIdleWorker) {
    return switch (mode) {
      case 1 -> new RoundRobinDispatcher();
      case 2 -> new FdModuloDispatcher();
      case 3, 7 -> new IdleWorkerDispatcher(noIdleWorker);
      case 4 -> new AddressModuloDispatcher();
      case 5 -> new UidModuloDispatcher();
      case 8 -> new LeastConnectionsDispatcher();
      case 9, 10 -> new LeastRequestsDispatcher();
      default ->
          throw new IllegalArgumentException(
              "dispatch_mode: " + mode + " (expected: 1..10, 6 with a dispatch_func)");
    };
  }
}
