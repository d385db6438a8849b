// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

/**
 * Puts this process into the background: setting {@code daemonize}. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface Daemon {
  /**
   * Called once at the very beginning of a start, on the starting thread.
   *
   * @throws IllegalStateException if it cannot be done; the start fails
   */
  void detach();
}
