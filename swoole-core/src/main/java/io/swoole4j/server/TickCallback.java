// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** What {@link Server#tick} runs. */
@FunctionalInterface
public interface TickCallback extends EventHandler {
  /**
   * Called on the worker that made the timer. What it throws is logged and reported to {@link
   * Event#ERROR}; the timer goes on.
   *
   * @param timerId the timer's id, for {@link Server#clearTimer}
   * @throws Exception anything
   */
  void onTick(long timerId) throws Exception;
}
