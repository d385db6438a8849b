// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.netty.channel.EventLoop;
import io.swoole4j.internal.util.ServerThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A worker of BASE mode: an event loop that runs callbacks where it reads. An error ends its state,
 * not its thread: connections stay.
 */
public final class LoopWorker extends Worker {
  /** How long a worker that could not begin waits before it tries again. */
  private static final long RESTART_PAUSE_MILLIS = 100;

  private final EventLoop loop;
  private final WorkerEvents events;
  private final WorkerSupervisor supervisor;
  private final CallbackRunner runner;
  private final WorkerContext context = new WorkerContext(this);
  private final TimerRound timerRound = new TimerRound(context.timers());
  private final AtomicLong progress = new AtomicLong();
  private final AtomicInteger queued = new AtomicInteger();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile boolean givenUp;
  private volatile @Nullable Thread thread;
  private @Nullable Wakeable home;
  private int nesting;
  private boolean leaving;
  private @Nullable Future<?> timer;
  private long timerDue;

  /**
   * A worker on an event loop.
   *
   * @param id its id
   * @param loop where its callbacks run
   * @param events told when it begins and ends
   * @param supervisor told when the worker dies
   * @param runner how messages are run
   */
  public LoopWorker(
      int id,
      EventLoop loop,
      WorkerEvents events,
      WorkerSupervisor supervisor,
      CallbackRunner runner) {
    super(id);
    this.loop = loop;
    this.events = events;
    this.supervisor = supervisor;
    this.runner = runner;
  }

  /**
   * Takes the event loop's thread as this worker's own and runs workerStart on it.
   *
   * @param reactor the reactor of the same event loop
   */
  public void start(Wakeable reactor) {
    loop.execute(
        () -> {
          home = reactor;
          thread = Thread.currentThread();
          ServerThread.attach(context);
          runNow(Delivery.of(() -> events.workerStarted(id())));
        });
  }

  @Override
  public CompletableFuture<Void> stop() {
    loop.execute(
        () -> {
          runNow(Delivery.of(this::leave));
          stopped.complete(null);
        });
    return stopped;
  }

  private void leave() {
    leaving = true;
    context.timers().clearAll();
    events.workerStopped(id());
  }

  @Override
  public void interrupt() {
    Thread own = thread;
    if (own != null) {
      own.interrupt();
    }
  }

  /** Nothing more is run when its handler returns. */
  @Override
  public void giveUp() {
    givenUp = true;
    stopped.complete(null);
  }

  /**
   * Runs messages at once. On the event loop only.
   *
   * @param delivery the messages
   */
  public void runNow(Delivery delivery) {
    boolean outermost = nesting++ == 0;
    if (outermost) {
      context.wakes().open(home);
    }
    try {
      int size = delivery.size();
      for (int i = 0; i < size && !givenUp; i++) {
        runOne(delivery, i, outermost);
      }
      delivery.finished();
    } finally {
      nesting--;
      if (outermost) {
        context.wakes().close();
        armTimer();
      }
    }
  }

  /** Sees to it that the loop comes back when the next timer is due. */
  private void armTimer() {
    long wait = context.timers().nanosUntilNext();
    if (wait == Long.MAX_VALUE || loop.isShuttingDown()) {
      return;
    }
    long due = System.nanoTime() + wait;
    if (timer != null && timerDue - due <= 0) {
      return;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timerDue = due;
    timer = loop.schedule(this::timersDue, wait, TimeUnit.NANOSECONDS);
  }

  private void timersDue() {
    timer = null;
    runNow(timerRound);
  }

  private void runOne(Delivery delivery, int index, boolean outermost) {
    if (outermost) {
      // What interrupted the message before, or what its handler left behind, is not meant for
      // this.
      Thread.interrupted();
      progress.setRelease(progress.getPlain() + 1);
    }
    try {
      runner.run(delivery, index);
    } catch (Throwable e) {
      if (!leaving && !givenUp) {
        supervisor.workerDied(this, e);
        restart();
      }
    } finally {
      if (outermost) {
        progress.setRelease(progress.getPlain() + 1);
      }
    }
  }

  private void restart() {
    context.renew();
    try {
      runner.run(Delivery.of(() -> events.workerStarted(id())), 0);
    } catch (Throwable e) {
      supervisor.workerDied(this, e);
      if (!loop.isShuttingDown()) {
        loop.schedule(this::restartAgain, RESTART_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void restartAgain() {
    if (!leaving && !givenUp) {
      runNow(Delivery.of(this::restart));
    }
  }

  @Override
  public int deliver(Delivery delivery) {
    int size = delivery.size();
    int now = queued.addAndGet(size);
    try {
      loop.execute(
          () -> {
            queued.addAndGet(-size);
            runNow(delivery);
          });
    } catch (RejectedExecutionException e) {
      // The loop has ended and with it everything a message could be about.
      queued.addAndGet(-size);
    }
    return now;
  }

  @Override
  public int inFlight() {
    return queued.get() + (int) (progress.getAcquire() & 1);
  }

  @Override
  public void whenHalfEmpty(Runnable resume) {
    resume.run();
  }

  @Override
  public long progress() {
    return progress.getAcquire();
  }

  @Override
  public @Nullable Thread thread() {
    return thread;
  }
}
