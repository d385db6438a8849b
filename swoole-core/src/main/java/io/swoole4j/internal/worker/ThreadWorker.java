// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.ServerThread;
import io.swoole4j.internal.util.ServerThreads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker of PROCESS mode, or a task worker: a mailbox and the one thread that serves it. When
 * that thread dies, the next one goes on with the message after the one that was running.
 */
public final class ThreadWorker extends Worker {
  private static final VarHandle PROGRESS;

  static {
    try {
      PROGRESS = MethodHandles.lookup().findVarHandle(ThreadWorker.class, "progress", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Mailbox mailbox = new Mailbox();
  private final String role;
  private final WorkerEvents events;
  private final WorkerSupervisor supervisor;
  private final CallbackRunner runner;
  private final ServerThreads threads;
  private final Consumer<Integer> threadStarted;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  // Set and cleared under the lock: at most one thread serves the worker at any time.
  private volatile @Nullable Incarnation incarnation;
  private boolean started;

  // Written by the serving thread, which hands them to the next by dying before that is started.
  private @Nullable Delivery current;
  private int position;

  @SuppressWarnings("unused") // through PROGRESS
  private long progress;

  /**
   * A worker whose thread is not started yet.
   *
   * @param id its id
   * @param role names its threads
   * @param events told when a thread begins and ends
   * @param supervisor told when a thread of the worker dies
   * @param runner how messages are run
   * @param threads makes its threads
   * @param threadStarted called first on each new thread with the worker's id
   */
  public ThreadWorker(
      int id,
      String role,
      WorkerEvents events,
      WorkerSupervisor supervisor,
      CallbackRunner runner,
      ServerThreads threads,
      Consumer<Integer> threadStarted) {
    super(id);
    this.role = role;
    this.events = events;
    this.supervisor = supervisor;
    this.runner = runner;
    this.threads = threads;
    this.threadStarted = threadStarted;
  }

  /**
   * Gives the worker its first thread, or a new one when the one before has died. A worker that has
   * stopped or was given up stays so.
   *
   * @throws IllegalStateException if a thread serves it already
   * @throws OutOfMemoryError if the machine has no thread to give; may be tried again
   */
  public synchronized void startThread() {
    if (stopped.isDone()) {
      return;
    }
    Incarnation last = incarnation;
    if (last != null) {
      throw new IllegalStateException(
          "worker " + id() + ": served by " + last.thread.getName() + " (expected: no thread)");
    }
    Incarnation next = new Incarnation();
    incarnation = next;
    started = true;
    try {
      next.thread.start();
    } catch (OutOfMemoryError e) {
      incarnation = null;
      throw e;
    }
  }

  @Override
  public synchronized CompletableFuture<Void> stop() {
    if (started) {
      mailbox.offer(Delivery.of(this::leave));
    } else {
      giveUp();
    }
    return stopped;
  }

  @Override
  public synchronized void interrupt() {
    Incarnation now = incarnation;
    if (now != null) {
      now.thread.interrupt();
    }
  }

  /** Forgets the thread, which ends when its handler returns; the mailbox is no longer served. */
  @Override
  public synchronized void giveUp() {
    Incarnation last = incarnation;
    incarnation = null;
    stopped.complete(null);
    if (last != null) {
      // Not by way of the mailbox, which does not know yet a thread that is just about to park.
      LockSupport.unpark(last.thread);
    }
  }

  @Override
  public int deliver(Delivery delivery) {
    return mailbox.offer(delivery);
  }

  @Override
  public int inFlight() {
    return mailbox.depth();
  }

  @Override
  public void whenHalfEmpty(Runnable resume) {
    mailbox.whenHalfEmpty(resume);
  }

  @Override
  public long progress() {
    return (long) PROGRESS.getAcquire(this);
  }

  @Override
  public @Nullable Thread thread() {
    Incarnation now = incarnation;
    return now == null ? null : now.thread;
  }

  private void leave() {
    // An interrupt was meant for a handler that blocked, not for this one.
    Thread.interrupted();
    try {
      events.workerStopped(id());
    } finally {
      giveUp();
    }
  }

  /** The thread is done for; answers whether it served the worker until now. */
  private synchronized boolean died(Incarnation who) {
    if (incarnation != who) {
      return false;
    }
    incarnation = null;
    return true;
  }

  private void serve(Incarnation me) {
    threadStarted.accept(id());
    begin();
    try {
      runner.run(Delivery.of(() -> events.workerStarted(id())), 0);
    } finally {
      end();
    }
    while (incarnation == me) {
      if (current == null && !take()) {
        if (me.context.timers().nanosUntilNext() > 0) {
          mailbox.await(me.context.timers().nanosUntilNext());
        }
      } else {
        runRest(me, Objects.requireNonNull(current));
      }
      if (incarnation == me && me.context.timers().nanosUntilNext() <= 0) {
        runTimers(me);
      }
    }
  }

  /** Takes the next delivery out of the mailbox; false when there is none. */
  private boolean take() {
    position = 0;
    current = mailbox.poll();
    return current != null;
  }

  private void runTimers(Incarnation me) {
    begin();
    try {
      runner.run(me.timerRound, 0);
    } finally {
      end();
    }
  }

  private void runRest(Incarnation me, Delivery delivery) {
    WakeBatch wakes = me.context.wakes();
    int size = delivery.size();
    wakes.open(delivery.origin());
    try {
      while (position < size) {
        int index = position++;
        begin();
        try {
          runner.run(delivery, index);
        } finally {
          end();
        }
        if (incarnation != me) {
          return;
        }
      }
    } finally {
      wakes.close();
    }
    current = null;
    mailbox.done(size);
    delivery.finished();
  }

  private void begin() {
    // What interrupted the message before, or what its handler left behind, is not meant for this.
    Thread.interrupted();
    PROGRESS.setRelease(this, (long) PROGRESS.get(this) + 1);
  }

  private void end() {
    PROGRESS.setRelease(this, (long) PROGRESS.get(this) + 1);
  }

  /** One thread's turn at serving the worker. */
  private final class Incarnation {
    private final WorkerContext context = new WorkerContext(ThreadWorker.this);
    private final TimerRound timerRound = new TimerRound(context.timers());
    private final ServerThread thread = threads.thread(role, this::run);

    private void run() {
      ServerThread.attach(context);
      try {
        serve(this);
      } catch (Throwable e) {
        if (died(this)) {
          supervisor.workerDied(ThreadWorker.this, e);
        }
      }
    }
  }
}
