// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/** Handles a signal. */
@FunctionalInterface
public interface SignalHandler {
  /**
   * Called at the signal, on a thread of its own; handlers never run at the same time.
   *
   * @param signo its number
   * @throws Exception anything: it is logged
   */
  void onSignal(int signo) throws Exception;
}
