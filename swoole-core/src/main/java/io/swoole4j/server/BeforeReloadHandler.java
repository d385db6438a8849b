// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#BEFORE_RELOAD}. */
@FunctionalInterface
public interface BeforeReloadHandler extends EventHandler {
  /**
   * Called when workers are about to be renewed, which waits for it; Swoole's {@code
   * onBeforeReload}.
   *
   * <p>Runs on the manager's thread.
   *
   * @param server the server
   * @throws Exception whatever goes wrong; it is logged and reported, and the reload goes on
   */
  void onBeforeReload(Server server) throws Exception;
}
