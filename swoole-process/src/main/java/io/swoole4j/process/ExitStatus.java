// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a process ended; what Swoole's {@code wait} answers.
 *
 * @param pid its process id
 * @param code what it ended with, 0 if a signal ended it
 * @param signal what ended it, 0 if it ended itself
 */
public record ExitStatus(int pid, int code, int signal) {

  /**
   * The same as a map with Swoole's keys.
   *
   * @return pid, code and signal
   */
  public Map<String, Integer> asMap() {
    Map<String, Integer> map = new LinkedHashMap<>();
    map.put("pid", pid);
    map.put("code", code);
    map.put("signal", signal);
    return map;
  }
}
