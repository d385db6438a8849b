// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Stacks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reports an event loop that does not come round for too long, once, with its stack: a user's
 * {@code package_length_func} or {@code dispatch_func} blocks there. Each loop is asked for a sign
 * of life, which costs its traffic nothing. {@link #check} is called now and then by one thread.
 */
public final class BlockedReactorChecker {
  private final List<Watch> watches = new ArrayList<>();
  private final long thresholdNanos;
  private final Clock clock;
  private final Logger logger;

  /**
   * A checker that has asked nobody yet.
   *
   * @param reactors whom to watch; those of BASE mode, whose callbacks run on the loop and are
   *     watched as such, only while no callback runs
   * @param thresholdNanos how long one turn of a loop may take
   * @param clock the server's clock
   * @param logger where reports go
   */
  public BlockedReactorChecker(
      List<Reactor> reactors, long thresholdNanos, Clock clock, Logger logger) {
    reactors.forEach(reactor -> watches.add(new Watch(reactor)));
    this.thresholdNanos = thresholdNanos;
    this.clock = clock;
    this.logger = logger;
  }

  /** Looks at every event loop once. */
  public void check() {
    watches.forEach(Watch::check);
  }

  /** What is known of one event loop. */
  private final class Watch {
    private final Reactor reactor;
    private volatile @Nullable Thread thread;
    private volatile boolean answered = true;
    private long askedAt;
    private boolean reported;

    Watch(Reactor reactor) {
      this.reactor = reactor;
    }

    void check() {
      long now = clock.nanos();
      if (answered || inCallback()) {
        if (answered && !reactor.loop().isShuttingDown()) {
          answered = false;
          reported = false;
          reactor.execute(this::answer);
        }
        askedAt = now;
      } else if (!reported && now - askedAt >= thresholdNanos && !reactor.loop().isShuttingDown()) {
        reported = true;
        report(now - askedAt);
      }
    }

    private boolean inCallback() {
      return reactor.ownWorker() != null && (reactor.ownWorker().progress() & 1) != 0;
    }

    private void answer() {
      thread = Thread.currentThread();
      answered = true;
    }

    private void report(long nanos) {
      logger.warn(
          "reactor {} has not come round for {} ms: what runs on it, such as package_length_func and"
              + " dispatch_func, must not block{}",
          reactor.id(),
          TimeUnit.NANOSECONDS.toMillis(nanos),
          Stacks.of(thread));
    }
  }
}
