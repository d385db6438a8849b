// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import org.jspecify.annotations.Nullable;

/** Writes down where a thread is, for a log line about one that is stuck. */
public final class Stacks {
  private Stacks() {}

  /**
   * The stack of a thread at this moment.
   *
   * @param thread any thread, or null for none
   * @return one line per frame, each with a line break before it; empty once it has ended
   */
  public static String of(@Nullable Thread thread) {
    StringBuilder stack = new StringBuilder();
    if (thread == null) {
      return "";
    }
    for (StackTraceElement element : thread.getStackTrace()) {
      stack.append(System.lineSeparator()).append("\tat ").append(element);
    }
    return stack.toString();
  }
}
