// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.swoole4j.internal.util.Logging;
import org.slf4j.Logger;

/** Lets protocols and user processes log where the server logs that they work for. */
public final class ServerLogs {
  private ServerLogs() {}

  /**
   * The logger of a class. On a thread of a server it keeps to that server's {@code log_level} and
   * {@code log_file}; on others it is the backend's. Not to be kept, since another thread may have
   * another one.
   *
   * @param type the class
   * @return its logger on the calling thread
   */
  public static Logger here(Class<?> type) {
    return Logging.here(type);
  }
}
