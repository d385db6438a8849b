// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.netty.channel.EventLoop;
import io.swoole4j.internal.worker.Renewal;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.server.ServerState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/**
 * Renews the workers of a server one after the other, one such run at a time. May be asked from any
 * thread; waits on none: each step is begun by the end of the one before.
 */
final class Reload {
  /** What a worker gets on top of max_wait_time: the interrupt, and to be abandoned. */
  private static final long FORCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  /** How long a worker may go on with its message before the next one is asked, too. */
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Engine engine;
  private final Later later;
  private final long patienceNanos;
  private final boolean waits;
  private final Logger logger;
  private final AtomicBoolean running = new AtomicBoolean();

  Reload(Engine engine, EventLoop scheduler) {
    this.engine = engine;
    this.patienceNanos =
        Math.max(engine.config().maxWaitNanos(), Shutdown.LEAST_WAIT_NANOS) + FORCE_NANOS;
    this.waits = engine.config().waits();
    this.logger = engine.config().logging().of(Reload.class);
    this.later = new Later(scheduler, logger);
  }

  /**
   * Begins to renew workers.
   *
   * @param onlyTaskWorkers whether to leave the others alone
   * @return false if it is being done already, or the server does not run
   */
  boolean begin(boolean onlyTaskWorkers) {
    if (!serves() || !running.compareAndSet(false, true)) {
      return false;
    }
    logger.info("reloading {} workers", onlyTaskWorkers ? "task" : "all");
    List<Worker> workers =
        onlyTaskWorkers ? List.copyOf(engine.taskWorkers()) : engine.allWorkers();
    engine
        .manager()
        .execute(
            () -> {
              engine.events().beforeReload();
              next(workers.iterator(), new ArrayList<>());
            });
    return true;
  }

  private boolean serves() {
    return engine.state().state() == ServerState.RUNNING;
  }

  /**
   * The next worker begins when the one before serves again, or is held up by its message: many
   * that are stuck are waited for at the same time.
   */
  private void next(Iterator<Worker> workers, List<CompletableFuture<Void>> ends) {
    if (!workers.hasNext() || !serves()) {
      inTime(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)), this::done);
      return;
    }
    Worker worker = workers.next();
    Renewal renewal = worker.renew(waits);
    ends.add(renewal.ended());
    Runnable once = inTime(renewal.begun(), () -> next(workers, ends));
    later.run(
        () -> {
          if (worker.isHeldUp(renewal)) {
            // Passed by for now, but the reload is done only when it serves again, too.
            ends.add(renewal.begun());
            once.run();
          }
        },
        STUCK_NANOS);
  }

  private void done() {
    engine
        .manager()
        .execute(
            () -> {
              engine.events().afterReload();
              logger.debug("reload done");
              running.set(false);
            });
  }

  /**
   * Goes on when something is done, or has taken too long; never on this stack.
   *
   * @return goes on at once
   */
  private Runnable inTime(CompletableFuture<Void> what, Runnable then) {
    AtomicBoolean gone = new AtomicBoolean();
    Runnable once =
        () -> {
          if (gone.compareAndSet(false, true)) {
            then.run();
          }
        };
    Future<?> late = later.run(once, patienceNanos);
    if (late != null) {
      what.thenRunAsync(
          () -> {
            late.cancel(false);
            once.run();
          },
          later.loop());
    }
    return once;
  }
}
