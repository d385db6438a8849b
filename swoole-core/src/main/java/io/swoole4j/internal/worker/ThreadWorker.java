// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.ServerThread;
import io.swoole4j.internal.util.ServerThreads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker of PROCESS mode: a mailbox and the thread that serves it now. When that thread dies or
 * is given up, the next one goes on with the message after the one that was running.
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
  private final WorkerEvents events;
  private final WorkerSupervisor supervisor;
  private final CallbackRunner runner;
  private final ServerThreads threads;
  private final Consumer<Integer> threadStarted;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private volatile @Nullable Incarnation incarnation;

  // Written by the serving thread; published to the next one by PROGRESS and by Thread.start.
  private @Nullable Delivery current;
  private int position;

  @SuppressWarnings("unused") // through PROGRESS
  private long progress;

  /**
   * A worker whose thread is not started yet.
   *
   * @param id its id
   * @param events told when a thread begins and ends
   * @param supervisor told when a handler throws an error
   * @param runner how messages are run
   * @param threads makes its threads
   * @param threadStarted called first on each new thread with the worker's id
   */
  public ThreadWorker(
      int id,
      WorkerEvents events,
      WorkerSupervisor supervisor,
      CallbackRunner runner,
      ServerThreads threads,
      Consumer<Integer> threadStarted) {
    super(id);
    this.events = events;
    this.supervisor = supervisor;
    this.runner = runner;
    this.threads = threads;
    this.threadStarted = threadStarted;
  }

  /**
   * Gives the worker a new thread. The one before must have died, or is given up from now on: when
   * its handler returns it touches nothing more. A worker that has stopped stays stopped.
   */
  public synchronized void startThread() {
    if (stopped.isDone()) {
      return;
    }
    Incarnation next = new Incarnation();
    incarnation = next;
    next.thread.start();
  }

  @Override
  public CompletableFuture<Void> stop() {
    if (incarnation == null) {
      giveUp();
    } else {
      mailbox.offer(Delivery.of(this::leave));
    }
    return stopped;
  }

  @Override
  public synchronized void interrupt() {
    Incarnation last = incarnation;
    if (last != null) {
      last.thread.interrupt();
    }
  }

  /** Forgets the thread, which ends by itself when its handler returns. */
  @Override
  public synchronized void giveUp() {
    incarnation = null;
    stopped.complete(null);
    mailbox.unpark();
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
  public Thread thread() {
    Incarnation now = incarnation;
    return now == null ? Thread.currentThread() : now.thread;
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

  private void serve(Incarnation me) {
    threadStarted.accept(id());
    begin();
    try {
      runner.run(Delivery.of(() -> events.workerStarted(id())), 0);
    } finally {
      end();
    }
    while (incarnation == me) {
      Delivery next = current;
      if (next == null) {
        next = mailbox.poll();
        if (next == null) {
          mailbox.await();
          continue;
        }
        position = 0;
        current = next;
      }
      runRest(me, next);
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
        runner.run(delivery, index);
        if (incarnation != me) {
          return;
        }
        end();
      }
    } finally {
      wakes.close();
    }
    current = null;
    mailbox.done(size);
    delivery.finished();
  }

  private void begin() {
    PROGRESS.setRelease(this, ((long) PROGRESS.get(this) | 1));
  }

  private void end() {
    PROGRESS.setRelease(this, ((long) PROGRESS.get(this) | 1) + 1);
  }

  /** One thread's turn at serving the worker. */
  private final class Incarnation {
    private final WorkerContext context = new WorkerContext(ThreadWorker.this);
    private final ServerThread thread = threads.thread("worker-" + id(), this::run);

    private void run() {
      ServerThread.attach(context);
      try {
        serve(this);
      } catch (Error e) {
        if (incarnation == this) {
          end();
          supervisor.workerDied(ThreadWorker.this, e);
        }
      }
    }
  }
}
