// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.swoole4j.internal.util.ServerThread;

/** What an extension may ask about the thread it is called on. */
public final class CallingThread {
  private CallingThread() {}

  /**
   * Whether it works for a server: callbacks, tasks and user processes that are threads run on such
   * threads only.
   *
   * @return true if it does
   */
  public static boolean belongsToServer() {
    return ServerThread.currentOwner() != null;
  }
}
