// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/**
 * The due timers of a worker as one message, so that they pass the same seam as every other
 * callback. Owned by the worker's thread.
 */
final class TimerRound implements Delivery {
  /** Timers that run before messages have their turn again. */
  private static final int LIMIT = 1024;

  private final TimerQueue<TimerTask> timers;

  TimerRound(TimerQueue<TimerTask> timers) {
    this.timers = timers;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void run(int index) {
    timers.runDue(LIMIT);
  }
}
