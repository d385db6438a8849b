// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Pushes distinct messages at connections that do not read, about 160 MB in a second, on a thread
 * of its own.
 */
final class StalledPusher implements AutoCloseable {
  private static final int PAYLOAD = 16 * 1024;
  private static final int MESSAGES = 100;
  private static final int PERIOD_MILLIS = 10;

  /** Sends a message to one of the connections. */
  interface Target {
    /**
     * Pushes, unless there is no connection.
     *
     * @param turn grows by one from message to message
     */
    void push(int turn, byte[] payload);
  }

  private final ScheduledExecutorService timer;
  private int turn;

  private StalledPusher(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  static StalledPusher start(Target target) {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    StalledPusher pusher = new StalledPusher(timer);
    var unused =
        timer.scheduleAtFixedRate(
            () -> pusher.push(target), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return pusher;
  }

  private void push(Target target) {
    for (int i = 0; i < MESSAGES; i++) {
      target.push(turn, new byte[PAYLOAD]);
      turn = (turn + 1) & Integer.MAX_VALUE;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
