// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads how many files, and so sockets, this JVM may hold open. */
final class OpenFileLimit {

  private static final Logger LOGGER = LoggerFactory.getLogger(OpenFileLimit.class);

  private OpenFileLimit() {}

  /**
   * Returns the limit, empty where it is unknown. By reflection, so that a run-time image without
   * the modules java.management and jdk.management will do.
   */
  static OptionalLong read() {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getOperatingSystemMXBean")
              .invoke(null);
      Class<?> unix = Class.forName("com.sun.management.UnixOperatingSystemMXBean");
      return unix.isInstance(bean)
          ? OptionalLong.of((Long) unix.getMethod("getMaxFileDescriptorCount").invoke(bean))
          : OptionalLong.empty();
    } catch (ReflectiveOperationException | LinkageError e) {
      LOGGER.debug("the open-file limit cannot be read, so max_connection does not regard it", e);
      return OptionalLong.empty();
    }
  }
}
