// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

/**
 * Puts this process into the background: setting {@code daemonize}. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface Daemon {
  /**
   * Called once per start on the starting thread: when the settings and handlers have been checked,
   * and before there is a thread or a socket of the server.
   *
   * @throws IllegalStateException if it cannot be done; the start fails
   */
  void detach();
}
