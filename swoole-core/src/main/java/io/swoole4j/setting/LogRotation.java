// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

/**
 * How often {@code log_file} begins a new file, whose name ends with a dot and the time at which
 * its period began. Old files are never removed.
 *
 * <p>Swoole's counterparts are the constants {@code SWOOLE_LOG_ROTATION_SINGLE} to {@code
 * SWOOLE_LOG_ROTATION_EVERY_MINUTE}.
 */
public enum LogRotation {
  /** 0: one file without an ending. */
  SINGLE(0),
  /** 1: a file each month, such as {@code server.log.202611}. */
  MONTHLY(1),
  /** 2: a file each day, such as {@code server.log.20261126}. */
  DAILY(2),
  /** 3: a file each hour, such as {@code server.log.2026112603}. */
  HOURLY(3),
  /** 4: a file each minute, such as {@code server.log.202611260359}. */
  EVERY_MINUTE(4);

  private final int number;

  LogRotation(int number) {
    this.number = number;
  }

  /**
   * Swoole's number of this period.
   *
   * @return 0 to 4
   */
  public int number() {
    return number;
  }
}
