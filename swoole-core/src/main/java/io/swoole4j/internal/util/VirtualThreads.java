// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.util.concurrent.ThreadFactory;

/**
 * Virtual threads, which JDK 21 and newer have and the release this library is compiled for has
 * not: hence by reflection, once per factory. Safe from any thread.
 */
public final class VirtualThreads {
  private static final int FIRST_RELEASE = 21;

  private VirtualThreads() {}

  /**
   * Whether this JDK has them.
   *
   * @return false before JDK 21
   */
  public static boolean areSupported() {
    return Runtime.version().feature() >= FIRST_RELEASE;
  }

  /**
   * Makes a factory of virtual threads that inherit nothing from the thread that asks for them.
   *
   * @param prefix what their names begin with; a number follows
   * @return the factory, safe from any thread
   * @throws IllegalStateException if this JDK has none
   */
  public static ThreadFactory factory(String prefix) {
    try {
      Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      type.getMethod("name", String.class, long.class).invoke(builder, prefix, 0L);
      type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
      return (ThreadFactory) type.getMethod("factory").invoke(builder);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "virtual threads: none in this JDK (expected: JDK " + FIRST_RELEASE + " or newer)", e);
    }
  }
}
