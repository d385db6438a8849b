// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Stacks;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Reports a worker that has been in one callback for too long, once per callback, with the stack of
 * its thread, and callbacks beside that thread likewise. {@link #check} is called now and then by
 * one thread.
 */
public final class BlockedWorkerChecker {
  private final List<? extends Worker> workers;
  private final long thresholdNanos;
  private final boolean waitingCounts;
  private final Clock clock;
  private final Logger logger;
  private final long[] seenProgress;
  private final long[] seenSince;
  private final boolean[] reported;
  private volatile long reports;

  /**
   * A checker that has seen nothing yet.
   *
   * @param workers whom to watch
   * @param thresholdNanos how long one callback may take
   * @param waitingCounts whether one that runs beside its worker's thread, and so blocks nobody
   *     while it waits, takes its time meanwhile
   * @param clock the server's clock
   * @param logger where reports go
   */
  public BlockedWorkerChecker(
      List<? extends Worker> workers,
      long thresholdNanos,
      boolean waitingCounts,
      Clock clock,
      Logger logger) {
    this.workers = workers;
    this.thresholdNanos = thresholdNanos;
    this.waitingCounts = waitingCounts;
    this.clock = clock;
    this.logger = logger;
    this.seenProgress = new long[workers.size()];
    this.seenSince = new long[workers.size()];
    this.reported = new boolean[workers.size()];
  }

  /** Looks at every worker once. */
  public void check() {
    long now = clock.nanos();
    for (int i = 0; i < seenProgress.length; i++) {
      Worker worker = workers.get(i);
      Thread thread = worker.thread();
      long progress = worker.progress();
      if (thread == null || progress != seenProgress[i] || (progress & 1) == 0) {
        seenProgress[i] = progress;
        seenSince[i] = now;
        reported[i] = false;
      } else if (!reported[i] && now - seenSince[i] >= thresholdNanos) {
        reported[i] = true;
        report(worker, thread, now - seenSince[i]);
      }
      for (Overdue late : worker.overdue(waitingCounts, now, thresholdNanos)) {
        report(worker, late.thread(), late.nanos());
      }
    }
  }

  /**
   * How often a blocked worker was reported.
   *
   * @return the count
   */
  public long reports() {
    return reports;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void report(Worker worker, Thread thread, long nanos) {
    reports++;
    logger.warn(
        "worker {} has been in one callback for {} ms; thread {}{}",
        worker.id(),
        TimeUnit.NANOSECONDS.toMillis(nanos),
        thread.getName(),
        Stacks.of(thread));
  }
}
