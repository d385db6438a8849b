// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#AFTER_RELOAD}. */
@FunctionalInterface
public interface AfterReloadHandler extends EventHandler {
  /**
   * Called when the workers have been renewed; Swoole's {@code onAfterReload}. The next reload can
   * be asked for once it has returned.
   *
   * <p>Runs on the manager's thread.
   *
   * @param server the server
   * @throws Exception whatever goes wrong; it is logged and reported, and the server goes on
   */
  void onAfterReload(Server server) throws Exception;
}
