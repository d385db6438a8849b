// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

/**
 * Whether an interval timer of the operating system sends this process signals, beside which
 * neither {@code Timer} nor a server makes timers. Any thread.
 */
public final class Alarms {
  private static volatile boolean running;

  private Alarms() {}

  /**
   * Told by whoever sets them.
   *
   * @param run whether one is set
   */
  public static void run(boolean run) {
    running = run;
  }

  /**
   * Refuses a timer beside one.
   *
   * @throws IllegalStateException if one is set
   */
  public static void requireNone() {
    if (running) {
      throw new IllegalStateException("timer: an alarm is set (expected: none beside it)");
    }
  }
}
