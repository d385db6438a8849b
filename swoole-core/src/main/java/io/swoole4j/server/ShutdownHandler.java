// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#SHUTDOWN}. */
@FunctionalInterface
public interface ShutdownHandler extends EventHandler {
  /**
   * Called once at the very end, when all connections, ports and workers are gone; Swoole's {@code
   * onShutdown}.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @throws Exception anything; the server and the worker go on
   */
  void onShutdown(Server server) throws Exception;
}
