// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#BEFORE_RELOAD}. */
@FunctionalInterface
public interface BeforeReloadHandler extends EventHandler {
  /**
   * Workers are about to be renewed; Swoole's {@code onBeforeReload}. Runs on the manager's thread;
   * the reload waits for it.
   *
   * @param server the server
   * @throws Exception whatever goes wrong; it is logged and reported, and the worker goes on
   */
  void onBeforeReload(Server server) throws Exception;
}
