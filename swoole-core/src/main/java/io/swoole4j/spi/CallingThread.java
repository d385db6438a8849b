// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.swoole4j.internal.util.ServerThread;

/** What an extension may ask about the thread it is called on. */
public final class CallingThread {
  private CallingThread() {}

  /**
   * Whether a server made it: callbacks, tasks and user processes that are threads run on such
   * threads only.
   *
   * @return true if one did
   */
  public static boolean belongsToServer() {
    return Thread.currentThread() instanceof ServerThread;
  }
}
