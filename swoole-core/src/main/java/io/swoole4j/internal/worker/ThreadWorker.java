// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.ServerThread;
import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.internal.util.Stacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker of PROCESS mode, or a task worker: a mailbox and the one thread that serves it. When
 * that thread dies, leaves or is abandoned, the next one goes on with the message after the one
 * that was running.
 */
public final class ThreadWorker extends Worker {
  private final Mailbox mailbox = new Mailbox();
  private final String role;
  private final WorkerDuties duties;
  private final ServerThreads threads;
  private final Consumer<Integer> threadStarted;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  // Changed under the lock: at most one incarnation serves the worker, others finish their timers.
  private volatile @Nullable Incarnation serving;
  private final List<Incarnation> formers = new ArrayList<>();
  private CompletableFuture<Void> nextBegun = new CompletableFuture<>();
  private long lastProgress;
  private boolean started;
  private boolean stopping;
  private boolean gone;

  // Written by the serving thread, which hands them to the next by ending, or by being abandoned in
  // a message, before that is started.
  private @Nullable Delivery current;
  private int position;

  /**
   * A worker whose thread is not started yet.
   *
   * @param id its id
   * @param role names its threads
   * @param duties what holds for workers of its kind
   * @param threads makes its threads
   * @param threadStarted called first on each new thread with the worker's id
   */
  public ThreadWorker(
      int id,
      String role,
      WorkerDuties duties,
      ServerThreads threads,
      Consumer<Integer> threadStarted) {
    super(id, duties.runner());
    this.role = role;
    this.duties = duties;
    this.threads = threads;
    this.threadStarted = threadStarted;
  }

  /**
   * Gives the worker its first thread, or a new one when the one before has gone. A worker that has
   * stopped or was given up stays so.
   *
   * @throws IllegalStateException if a thread serves it already
   * @throws OutOfMemoryError if the machine has no thread to give; may be tried again
   */
  public synchronized void startThread() {
    if (gone) {
      return;
    }
    Incarnation last = serving;
    if (last != null) {
      throw new IllegalStateException(
          "worker " + id() + ": served by " + last.thread.getName() + " (expected: no thread)");
    }
    Incarnation next = new Incarnation(nextBegun, lastProgress);
    serving = next;
    started = true;
    try {
      next.thread.start();
    } catch (OutOfMemoryError e) {
      serving = null;
      throw e;
    }
    nextBegun = new CompletableFuture<>();
  }

  @Override
  public synchronized CompletableFuture<Void> stop() {
    stopping = true;
    formers.forEach(Incarnation::cut);
    if (started) {
      mailbox.offer(Delivery.of(() -> runner().whenDone(this::lastMessageDone)));
    } else {
      giveUp();
    }
    return stopped;
  }

  /** Callbacks that run apart may have ended on another thread, where nobody may leave. */
  private void lastMessageDone() {
    if (thread() == Thread.currentThread()) {
      leaveForGood();
    } else {
      mailbox.offer(Delivery.of(this::leaveForGood));
    }
  }

  /** The message behind all others: the serving thread leaves once it has returned. */
  private synchronized void leaveForGood() {
    Incarnation me = serving;
    if (me != null) {
      me.last = true;
      me.waits = duties.waits();
      me.mark = Incarnation.LEAVING;
    }
  }

  @Override
  public synchronized void interrupt() {
    Incarnation now = serving;
    if (now != null) {
      now.cut();
      now.thread.interrupt();
    }
    runner().interrupt(null);
  }

  @Override
  public Renewal renew(boolean waits) {
    Renewal renewal;
    synchronized (this) {
      Incarnation now = serving;
      if (stopping || gone) {
        return Renewal.over();
      }
      if (now == null) {
        // It begins anew as it is.
        return new Renewal(nextBegun, CompletableFuture.completedFuture(null));
      }
      if (now.renewal != null) {
        now.waits &= waits;
        return now.renewal;
      }
      renewal = new Renewal(nextBegun, now.ended);
      now.renewal = renewal;
      now.waits = waits;
      now.mark = Incarnation.LEAVING;
      LockSupport.unpark(now.thread);
    }
    duties.supervisor().workerLeaves(this, renewal);
    return renewal;
  }

  @Override
  public synchronized boolean isHeldUp(Renewal renewal) {
    Incarnation now = serving;
    return now != null && renewal.equals(now.renewal) && now.isInMessage();
  }

  private synchronized @Nullable Incarnation incarnation(Renewal renewal) {
    Incarnation now = serving;
    if (now != null && renewal.equals(now.renewal)) {
      return now;
    }
    return formers.stream()
        .filter(former -> renewal.equals(former.renewal))
        .findFirst()
        .orElse(null);
  }

  @Override
  public synchronized void hurry(Renewal renewal) {
    Incarnation late = incarnation(renewal);
    if (late != null) {
      late.cut();
      late.thread.interrupt();
      runner().interrupt(late.context);
    }
  }

  /**
   * Only a thread that is in a message can be abandoned, or one that waits for callbacks: the next
   * one goes on behind that, and what the thread does afterwards it does for nobody. Between
   * messages it sees by itself that it has to leave.
   */
  @Override
  public @Nullable String abandon(Renewal renewal) {
    Incarnation late = incarnation(renewal);
    if (late == null) {
      return null;
    }
    // Stops the thread for a moment: behind that it cannot but see that it was asked to leave when
    // its message ends, and then takes the lock.
    String stack = late.waitsForCallbacks ? runner().stack(late.context) : Stacks.of(late.thread);
    boolean served;
    synchronized (this) {
      if (late.mark == Incarnation.OVER || !(late.isInMessage() || late.waitsForCallbacks)) {
        return null;
      }
      served = forget(late);
      LockSupport.unpark(late.thread);
    }
    runner().abandon(late.context);
    if (served) {
      duties.supervisor().workerLeft(this, false);
    }
    return stack;
  }

  /** Forgets the threads, which end when their handlers return; the mailbox is no longer served. */
  @Override
  public synchronized void giveUp() {
    gone = true;
    runner().end();
    List.copyOf(formers).forEach(this::forget);
    Incarnation last = serving;
    if (last != null) {
      forget(last);
      // Not by way of the mailbox, which does not know yet a thread that is just about to park.
      LockSupport.unpark(last.thread);
    }
    stoppedIfGone();
  }

  private synchronized void stoppedIfGone() {
    if (gone && formers.isEmpty()) {
      nextBegun.complete(null);
      stopped.complete(null);
    }
  }

  /** An incarnation does nothing more; answers whether nobody serves the worker now. */
  private synchronized boolean forget(Incarnation who) {
    who.over();
    formers.remove(who);
    if (serving != who) {
      return false;
    }
    serving = null;
    lastProgress = who.progress() | 1;
    return true;
  }

  @Override
  public int deliver(Delivery delivery) {
    return mailbox.offer(delivery) + runner().queued();
  }

  @Override
  public int inFlight() {
    return mailbox.depth() + runner().waiting() + runner().running();
  }

  @Override
  public int waiting() {
    return mailbox.depth() + runner().queued();
  }

  @Override
  public void whenHalfEmpty(Runnable resume) {
    mailbox.whenHalfEmpty(() -> runner().whenHalfEmpty(resume));
  }

  @Override
  public long progress() {
    Incarnation now = serving;
    return now == null ? 0 : now.progress();
  }

  @Override
  public @Nullable Thread thread() {
    Incarnation now = serving;
    return now == null ? null : now.thread;
  }

  private void serve(Incarnation me) {
    threadStarted.accept(id());
    try {
      me.run(Delivery.of(() -> duties.events().workerStarted(id())), 0);
      runner().begin(me.context);
    } finally {
      me.begun.complete(null);
    }
    TimerQueue<TimerTask> timers = me.context.timers();
    while (me.mark == Incarnation.SERVING) {
      if (current == null && !take()) {
        if (timers.nanosUntilNext() > 0) {
          mailbox.await(timers.nanosUntilNext());
        }
      } else {
        runRest(me, Objects.requireNonNull(current));
      }
      if (me.mark == Incarnation.SERVING && timers.nanosUntilNext() <= 0) {
        me.runTimers();
      }
    }
    if (holds(me)) {
      leave(me);
    }
  }

  /** Takes the next delivery out of the mailbox; false when there is none. */
  private boolean take() {
    position = 0;
    current = mailbox.poll();
    return current != null;
  }

  private void runRest(Incarnation me, Delivery delivery) {
    WakeBatch wakes = me.context.wakes();
    int size = delivery.size();
    me.served = true;
    wakes.open(delivery.origin());
    try {
      // The mark first: without the worker nothing of it may be looked at.
      while (me.mark == Incarnation.SERVING && position < size) {
        int index = position++;
        long requests = me.context.requests();
        if (delivery.isRequest(index)) {
          me.context.countRequest();
        }
        me.run(delivery, index);
        boolean request = me.context.requests() != requests;
        if (request && me.requestsLeft > 0 && --me.requestsLeft == 0) {
          renew(duties.waits());
        }
      }
    } finally {
      wakes.close();
    }
    if (me.mark != Incarnation.SERVING && (!holds(me) || position < size)) {
      return;
    }
    current = null;
    mailbox.done(size);
    delivery.finished();
  }

  /**
   * Whether a thread that was asked to leave still acts for the worker: under the lock, under which
   * it would have been abandoned.
   */
  private synchronized boolean holds(Incarnation me) {
    return me.mark != Incarnation.OVER;
  }

  private void leave(Incarnation me) {
    me.context.leave();
    if (me.waits && me.context.hasWork() && !finishWork(me)) {
      return;
    }
    me.context.timers().clearAll();
    if (awaitCallbacks(me)) {
      me.run(Delivery.of(() -> duties.events().workerStopped(id())), 0);
      left(me);
    }
  }

  /** Waits for what runs beside this thread for its incarnation; false when it was forgotten. */
  private boolean awaitCallbacks(Incarnation me) {
    while (me.context.callbacks() > 0 && holds(me)) {
      me.waitsForCallbacks = true;
      LockSupport.park(this);
      Thread.interrupted();
    }
    me.waitsForCallbacks = false;
    return holds(me);
  }

  @Override
  void died(Throwable cause) {
    duties.supervisor().workerDied(this, cause);
  }

  /** Runs the timers that are left while the next thread serves; false when it was forgotten. */
  private boolean finishWork(Incarnation me) {
    boolean heard = exit(me);
    if (!holds(me) || !me.context.hasWork()) {
      return holds(me);
    }
    if (me.last && !heard) {
      // Nobody waits for the server's end who does not care about it.
      return true;
    }
    if (!me.last) {
      step(me);
    }
    TimerQueue<TimerTask> timers = me.context.timers();
    while (me.context.hasWork() && !me.cut && holds(me)) {
      LockSupport.parkNanos(this, timers.nanosUntilNext());
      Thread.interrupted();
      if (timers.nanosUntilNext() <= 0 && !me.cut) {
        me.runTimers();
        if (holds(me) && me.context.hasWork()) {
          exit(me);
        }
      }
    }
    return holds(me);
  }

  private boolean exit(Incarnation me) {
    me.run(Delivery.of(() -> me.heard = duties.events().workerExiting(id())), 0);
    return me.heard;
  }

  /**
   * Makes room for the next incarnation; of those that went before only the last takes its time.
   */
  private void step(Incarnation me) {
    synchronized (this) {
      formers.forEach(Incarnation::cut);
      serving = null;
      lastProgress = me.progress() | 1;
      formers.add(me);
      if (stopping) {
        me.cut();
      }
    }
    duties.supervisor().workerLeft(this, false);
  }

  private void left(Incarnation me) {
    boolean served;
    synchronized (this) {
      if (me.mark == Incarnation.OVER) {
        return;
      }
      served = forget(me);
      gone |= me.last;
      stoppedIfGone();
    }
    if (served && !me.last) {
      duties.supervisor().workerLeft(this, !me.served);
    }
  }

  /** Something came out of a handler, or of this class. */
  private void died(Incarnation me, Throwable cause) {
    if (!holds(me)) {
      return;
    }
    if (me.last) {
      left(me);
      return;
    }
    boolean served = forget(me);
    duties.supervisor().workerDied(this, cause);
    if (served) {
      duties.supervisor().workerLeft(this, true);
    } else {
      stoppedIfGone();
    }
  }

  /** One thread's turn at serving the worker. */
  private final class Incarnation extends Turn {
    private final ServerThread thread = threads.thread(role, this::run);

    private volatile boolean waitsForCallbacks;

    Incarnation(CompletableFuture<Void> begun, long progress) {
      super(duties.runner().context(ThreadWorker.this), duties, begun, progress);
      context.whenIdle(() -> LockSupport.unpark(thread));
    }

    private void cut() {
      cut = true;
      if (mark == LEAVING) {
        LockSupport.unpark(thread);
      }
    }

    private void run() {
      ServerThread.attach(context);
      try {
        serve(this);
      } catch (Throwable e) {
        died(this, e);
      }
    }
  }
}
