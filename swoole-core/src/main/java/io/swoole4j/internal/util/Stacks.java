// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

/** Writes down where a thread is, for a log line about one that is stuck. */
public final class Stacks {
  private Stacks() {}

  /**
   * The stack of a thread at this moment.
   *
   * @param thread any thread
   * @return one line per frame, each with a line break before it; empty once it has ended
   */
  public static String of(Thread thread) {
    StringBuilder stack = new StringBuilder();
    for (StackTraceElement element : thread.getStackTrace()) {
      stack.append(System.lineSeparator()).append("\tat ").append(element);
    }
    return stack.toString();
  }
}
