// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

/**
 * Whether an interval timer of the operating system sends this process signals, beside which {@code
 * Timer} makes no timers. Any thread.
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
   * Whether one is set.
   *
   * @return true if it is
   */
  public static boolean areRunning() {
    return running;
  }
}
