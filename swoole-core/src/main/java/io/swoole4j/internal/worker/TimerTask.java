// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/** What a timer runs. What its user's code throws as an exception is dealt with inside. */
@FunctionalInterface
public interface TimerTask {
  /**
   * Runs on the worker that made the timer.
   *
   * @param timerId the timer's id
   */
  void run(long timerId);
}
