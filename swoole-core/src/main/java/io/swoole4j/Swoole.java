// SPDX-License-Identifier: Apache-2.0
package io.swoole4j;

import io.swoole4j.error.ErrorCode;

/** What belongs to no server: versions, the machine, error texts. Any thread. */
public final class Swoole {
  /** Below this, error numbers are the operating system's. */
  private static final int FIRST_OWN = 500;

  private static final String VERSION = "0.1.0-SNAPSHOT";

  private Swoole() {}

  /**
   * The version of this library; Swoole's {@code swoole_version}.
   *
   * @return such as 0.1.0
   */
  public static String version() {
    return VERSION;
  }

  /**
   * How many processors the JVM may use; Swoole's {@code swoole_cpu_num}.
   *
   * @return at least 1
   */
  public static int cpuNum() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * What an error number means; Swoole's {@code swoole_strerror}. Below 500 it is one of Linux,
   * above one of {@link ErrorCode}.
   *
   * @param code the number, such as one of {@code getLastError}
   * @return a text for people, {@code Unknown error} with the number for one without meaning
   */
  public static String strerror(int code) {
    return code < FIRST_OWN
        ? Errno.text(code)
        : ErrorCode.of(code).map(ErrorCode::message).orElse("Unknown error " + code);
  }
}
