// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

/**
 * The threshold of the library's own log lines: those below it are not written.
 *
 * <p>Swoole's counterparts are the constants {@code SWOOLE_LOG_DEBUG} to {@code SWOOLE_LOG_NONE}.
 */
public enum LogLevel {
  /** 0: one line per connection. */
  DEBUG(0),
  /** 1: one line per packet. */
  TRACE(1),
  /** 2: start, stop and reload. */
  INFO(2),
  /** 3: noteworthy, but nothing is wrong. */
  NOTICE(3),
  /** 4: a limit was hit, or an option is without effect. */
  WARNING(4),
  /** 5: a handler threw, or a start failed. */
  ERROR(5),
  /** 6: nothing at all. */
  NONE(6);

  private final int code;

  LogLevel(int code) {
    this.code = code;
  }

  /**
   * Returns Swoole's number of this level.
   *
   * @return 0 to 6
   */
  public int code() {
    return code;
  }
}
