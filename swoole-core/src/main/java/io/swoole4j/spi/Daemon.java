// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Puts this process into the background: setting {@code daemonize}. Found by {@link
 * java.util.ServiceLoader}. Used by the starting thread.
 */
public interface Daemon {
  /**
   * Whether this process is the one in the background. A JVM cannot fork: the program runs once
   * more from its beginning, in a process that knows by this what it is.
   *
   * @return false in the process that was launched by hand
   */
  boolean isDetached();

  /**
   * Called once per start: when the settings and handlers have been checked, and before there is a
   * thread or a socket of the server. In the process in front it does not return: that ends with
   * exit code 0 when the server in the background listens. In the background it lets go of the
   * terminal and the working directory.
   *
   * @param output where standard output and standard error go; nowhere if empty
   * @throws IllegalStateException if it cannot be done, or the server in the background has not
   *     come to listen; the start fails
   */
  void detach(Optional<Path> output);

  /** The server listens; whoever has launched it may go. */
  void ready();

  /**
   * The server does not come to listen.
   *
   * @param cause why
   */
  void failed(Throwable cause);
}
