// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Kills a child process that does not do what it should in time, so that reading from it ends. */
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

  Watchdog() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /** A watch over a process, to be called off when it did what it should. */
  interface Watch {
    void callOff();
  }

  Watch watch(Process process, Duration limit, String what) {
    ScheduledFuture<?> kill =
        timer.schedule(
            () -> {
              System.err.println(what + ": not done after " + limit.toSeconds() + " s, killed");
              process.destroyForcibly();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    return () -> kill.cancel(false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
