// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#START}. */
@FunctionalInterface
public interface StartHandler extends EventHandler {
  /**
   * Called once when every port is bound and nothing is accepted yet; Swoole's {@code onStart}.
   *
   * <p>Runs on the manager's thread. What it throws is logged and reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @throws Exception anything; the server and the worker go on
   */
  void onStart(Server server) throws Exception;
}
