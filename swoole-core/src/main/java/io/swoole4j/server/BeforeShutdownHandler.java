// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#BEFORE_SHUTDOWN}. */
@FunctionalInterface
public interface BeforeShutdownHandler extends EventHandler {
  /**
   * Called once when the end was asked for and everything still works; Swoole's {@code
   * onBeforeShutdown}.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @throws Exception anything; the server and the worker go on
   */
  void onBeforeShutdown(Server server) throws Exception;
}
