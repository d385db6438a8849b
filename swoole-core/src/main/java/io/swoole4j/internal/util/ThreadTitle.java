// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the system calls the calling thread, as {@code ps -L} and {@code top -H} show it. The JVM
 * cuts names after 15 bytes, which would leave of those of a server what they have in common.
 */
final class ThreadTitle {
  private static final Logger LOGGER = LoggerFactory.getLogger(ThreadTitle.class);
  private static final Path TITLE = Path.of("/proc/thread-self/comm");
  private static final boolean AVAILABLE = Files.exists(TITLE);

  private ThreadTitle() {}

  /** Sets it, where the system lets it be set; a process that gave up its rights may not. */
  static void set(String title) {
    if (!AVAILABLE) {
      return;
    }
    try {
      // What is too long the system cuts itself.
      Files.writeString(TITLE, title);
    } catch (IOException | SecurityException e) {
      LOGGER.trace("a thread keeps what the JVM calls it", e);
    }
  }
}
