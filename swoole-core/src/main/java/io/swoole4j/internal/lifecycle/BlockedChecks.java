// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.netty.channel.EventLoop;
import io.swoole4j.internal.net.BlockedReactorChecker;
import io.swoole4j.internal.net.Reactor;
import io.swoole4j.internal.worker.BlockedWorkerChecker;
import io.swoole4j.internal.worker.Worker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks again and again for callbacks that take too long and for event loops that do not come
 * round. Prepared by the starting thread; looks on an event loop that serves no handlers, since on
 * the manager a user's handler may block.
 */
final class BlockedChecks {
  /** The pause between two looks, at least. */
  private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final EngineConfig config;
  private final Logger logger;
  private @Nullable BlockedWorkerChecker slowChecker;
  private long slowNanos;

  BlockedChecks(EngineConfig config) {
    this.config = config;
    this.logger = config.logging().of(Engine.class);
  }

  /** Tells of each callback that takes longer than so long, as well. Before the start. */
  void reportSlow(List<Worker> workers, long nanos, Logger slowLog) {
    slowNanos = nanos;
    slowChecker = new BlockedWorkerChecker(workers, nanos, true, config.clock(), slowLog);
  }

  /**
   * Begins to look.
   *
   * @param loop where it looks
   * @param workers whose callbacks are not to block
   * @param reactors whose loops are not to stand still
   */
  void start(EventLoop loop, List<? extends Worker> workers, List<Reactor> reactors) {
    long blockedNanos = config.blockedNanos();
    BlockedWorkerChecker ofWorkers =
        new BlockedWorkerChecker(workers, blockedNanos, false, config.clock(), logger);
    BlockedReactorChecker ofReactors =
        new BlockedReactorChecker(reactors, blockedNanos, config.clock(), logger);
    ofReactors.check();
    schedule(
        loop,
        blockedNanos,
        () -> {
          ofWorkers.check();
          ofReactors.check();
        });
    if (slowChecker != null) {
      schedule(loop, slowNanos, slowChecker::check);
    }
  }

  private static void schedule(EventLoop loop, long nanos, Runnable check) {
    long pause = Math.max(nanos / 4, LEAST_PAUSE_NANOS);
    loop.scheduleWithFixedDelay(check, pause, pause, TimeUnit.NANOSECONDS);
  }
}
