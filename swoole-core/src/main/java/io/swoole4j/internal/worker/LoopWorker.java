// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.netty.channel.EventLoop;
import io.swoole4j.internal.util.ServerThread;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A worker of BASE mode: an event loop that runs callbacks where it reads. An error, or a renewal,
 * ends its state, not its thread: connections stay.
 */
public final class LoopWorker extends Worker {
  /** How long a worker that could not begin, or had nothing to do, waits before it begins again. */
  private static final long RESTART_PAUSE_MILLIS = 100;

  private final EventLoop loop;
  private final WorkerDuties duties;
  private final Delivery nothing = Delivery.of(() -> {});
  private final AtomicLong progress = new AtomicLong();
  private final AtomicInteger queued = new AtomicInteger();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile boolean givenUp;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Asked asked;
  private final List<LoopLeaver> leavers = new CopyOnWriteArrayList<>();
  private volatile boolean stopping;

  // Of the loop.
  private WorkerContext context;
  private LoopTimer timer;
  private @Nullable Wakeable home;
  private int nesting;
  private boolean leaving;
  private long requestsLeft;
  private long begunAt;
  private boolean served;
  private boolean checkQueued;

  /** A renewal that was asked for. */
  private static final class Asked {
    private final Renewal renewal =
        new Renewal(new CompletableFuture<>(), new CompletableFuture<>());
    private volatile boolean waits;
    private volatile boolean late;
  }

  /**
   * A worker on an event loop.
   *
   * @param id its id
   * @param loop where its callbacks run
   * @param duties what holds for workers of its kind
   */
  public LoopWorker(int id, EventLoop loop, WorkerDuties duties) {
    super(id, duties.runner());
    this.loop = loop;
    this.duties = duties;
    this.context = duties.runner().context(this);
    this.timer = timerOf(context);
  }

  private LoopTimer timerOf(WorkerContext of) {
    return new LoopTimer(loop, of.timers(), () -> runNow(of.timerRound()));
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
          requestsLeft = duties.limit().draw();
          runNow(Delivery.of(this::workerStart));
        });
  }

  private void workerStart() {
    begunAt = System.nanoTime();
    duties.events().workerStarted(id());
    runner().begin(context);
  }

  @Override
  public CompletableFuture<Void> stop() {
    stopping = true;
    loop.execute(() -> runner().whenDone(this::lastMessageDone));
    return stopped;
  }

  /** Callbacks that run apart may have ended on another thread. */
  private void lastMessageDone() {
    if (loop.inEventLoop()) {
      leaveForGood();
    } else {
      execute(this::leaveForGood);
    }
  }

  private void leaveForGood() {
    leaving = true;
    leavers.forEach(LoopLeaver::end);
    leaver(stopped).begin(duties.waits(), true);
  }

  /** Lets the present incarnation leave, and forgets those that have. */
  private LoopLeaver leaver(CompletableFuture<Void> ended) {
    leavers.removeIf(former -> !former.isOpen());
    LoopLeaver made = new LoopLeaver(this, loop, context, duties.events(), ended);
    leavers.add(made);
    return made;
  }

  @Override
  public void interrupt() {
    Thread own = thread;
    if (own != null) {
      own.interrupt();
      leavers.forEach(late -> execute(late::end));
    }
    runner().interrupt(null);
  }

  @Override
  public Renewal renew(boolean waits) {
    Asked now;
    synchronized (this) {
      now = asked;
      if (stopping || givenUp || loop.isShuttingDown()) {
        return Renewal.over();
      }
      if (now != null) {
        now.waits &= waits;
        return now.renewal;
      }
      now = new Asked();
      now.waits = waits;
      asked = now;
    }
    duties.supervisor().workerLeaves(this, now.renewal);
    execute(() -> runNow(nothing));
    return now.renewal;
  }

  /** Between two messages of the outermost delivery. On the event loop. */
  private void renewNow(Asked now) {
    if (stopping || givenUp) {
      asked = null;
      now.renewal.begun().complete(null);
      now.renewal.ended().complete(null);
      return;
    }
    if (!served
        && System.nanoTime() - begunAt < TimeUnit.MILLISECONDS.toNanos(RESTART_PAUSE_MILLIS)) {
      if (!checkQueued) {
        checkQueued = true;
        loop.schedule(
            () -> {
              checkQueued = false;
              runNow(nothing);
            },
            RESTART_PAUSE_MILLIS,
            TimeUnit.MILLISECONDS);
      }
      return;
    }
    leavers.forEach(LoopLeaver::end);
    LoopLeaver old = leaver(now.renewal.ended());
    timer.cancel();
    old.begin(now.waits, false);
    if (now.late) {
      old.end();
      runner().interrupt(old.context());
    }
    asked = null;
    renewState();
    runOne(Delivery.of(this::workerStart), 0, true);
    now.renewal.begun().complete(null);
  }

  /** A fresh incarnation in place of the one before. */
  private void renewState() {
    context.wakes().close();
    context = runner().context(this);
    timer = timerOf(context);
    requestsLeft = duties.limit().draw();
    served = false;
    ServerThread.attach(context);
    context.wakes().open(home);
  }

  @Override
  public void hurry(Renewal renewal) {
    Asked now = asked;
    LoopLeaver late = leaver(renewal);
    Thread own = thread;
    boolean isAsked = now != null && renewal.equals(now.renewal);
    if (isAsked) {
      // It may not have begun to leave: once it does it is late already.
      now.late = true;
    }
    boolean running = late != null && late.isRunning();
    if (own != null && (running || (isAsked && (progress() & 1) == 1))) {
      own.interrupt();
    }
    if (late != null) {
      runner().interrupt(late.context());
    }
    // It may just have begun to wait for its timers.
    execute(
        () -> {
          LoopLeaver begun = leaver(renewal);
          if (begun != null) {
            begun.end();
          }
        });
  }

  private @Nullable LoopLeaver leaver(Renewal renewal) {
    return leavers.stream()
        .filter(leaver -> leaver.ended() == renewal.ended() && leaver.isOpen())
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable String abandon(Renewal renewal) {
    LoopLeaver late = leaver(renewal);
    if (late == null || late.context().callbacks() == 0) {
      return null;
    }
    String stack = runner().stack(late.context());
    execute(late::abandon);
    return stack;
  }

  /** Nothing more is run when its handler returns. */
  @Override
  public void giveUp() {
    givenUp = true;
    runner().end();
    stopped.complete(null);
  }

  void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and the worker with it.
      stopped.complete(null);
    }
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
        boolean request = delivery.isRequest(i);
        if (request) {
          context.countRequest();
        }
        runOne(delivery, i, outermost);
        if (request) {
          served = true;
          if (requestsLeft > 0 && --requestsLeft == 0) {
            renew(duties.waits());
          }
        }
        Asked now = asked;
        if (now != null && outermost) {
          renewNow(now);
        }
      }
      delivery.finished();
    } finally {
      nesting--;
      if (outermost) {
        context.wakes().close();
        timer.arm();
      }
    }
  }

  /**
   * Runs something of the worker at once, as a message unless it is part of one. On the event loop
   * only, and not where callbacks run apart.
   *
   * @param task what to run
   */
  public void runWithin(Runnable task) {
    if (nesting > 0) {
      task.run();
    } else {
      runNow(Delivery.of(task));
    }
  }

  /** Runs one message for an incarnation that leaves; answers whether it came to its end. */
  boolean runAs(WorkerContext former, Delivery message) {
    if (givenUp) {
      return false;
    }
    boolean outermost = nesting++ == 0;
    WorkerContext now = context;
    ServerThread.attach(former);
    former.wakes().open(home);
    begin(true);
    try {
      duties.runner().run(message, 0);
      return true;
    } catch (Throwable e) {
      if (!leaving && !givenUp) {
        duties.supervisor().workerDied(this, e);
      }
      return false;
    } finally {
      end(true);
      former.wakes().close();
      ServerThread.attach(now);
      nesting--;
      if (outermost) {
        timer.arm();
      }
    }
  }

  private void begin(boolean outermost) {
    if (outermost) {
      // What interrupted the message before, or what its handler left behind, is not meant for
      // this.
      Thread.interrupted();
      progress.setRelease(progress.getPlain() + 1);
    }
  }

  private void end(boolean outermost) {
    if (outermost) {
      progress.setRelease(progress.getPlain() + 1);
      // Nor is it meant for the event loop, which reads files between messages.
      Thread.interrupted();
    }
  }

  private void runOne(Delivery delivery, int index, boolean outermost) {
    begin(outermost);
    try {
      duties.runner().run(delivery, index);
    } catch (Throwable e) {
      if (!leaving && !givenUp) {
        duties.supervisor().workerDied(this, e);
        restart();
      }
    } finally {
      end(outermost);
    }
  }

  private void restart() {
    timer.cancel();
    context.timers().clearAll();
    context.end();
    renewState();
    try {
      duties.runner().run(Delivery.of(this::workerStart), 0);
    } catch (Throwable e) {
      duties.supervisor().workerDied(this, e);
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
    return now + runner().queued();
  }

  @Override
  void died(Throwable cause) {
    duties.supervisor().workerDied(this, cause);
  }

  @Override
  public int inFlight() {
    return ownWaiting() + runner().waiting() + runner().running();
  }

  @Override
  public int waiting() {
    return ownWaiting() + runner().queued();
  }

  private int ownWaiting() {
    return queued.get() + (int) (progress.getAcquire() & 1);
  }

  @Override
  public void whenHalfEmpty(Runnable resume) {
    runner().whenHalfEmpty(resume);
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
