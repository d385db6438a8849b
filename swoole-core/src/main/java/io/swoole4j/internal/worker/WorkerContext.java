// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ServerThread;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one incarnation of a worker works with; a new one with every incarnation. Owned by the
 * thread that serves the worker, unless callbacks run beside it.
 */
public class WorkerContext {
  private final Worker worker;
  private final WakeBatch wakes;
  private final TimerQueue<TimerTask> timers;
  private final TimerRound timerRound;
  private @Nullable Object view;
  private @Nullable Object job;
  private boolean begun;
  private volatile boolean leaving;
  private volatile boolean over;
  private Consumer<Throwable> timerFailures = cause -> {};
  private long nextTaskId;
  private long requests;
  private long responses;

  WorkerContext(Worker worker) {
    this(
        worker,
        new WakeBatch(),
        new TimerQueue<>(Clock.SYSTEM, worker::nextTimerId, TimerTask::run));
  }

  WorkerContext(Worker worker, WakeBatch wakes, TimerQueue<TimerTask> timers) {
    this.worker = worker;
    this.wakes = wakes;
    this.timers = timers;
    this.timerRound = new TimerRound(timers);
  }

  /**
   * The context of the calling thread.
   *
   * @return null on a thread that serves no worker
   */
  public static @Nullable WorkerContext current() {
    return ServerThread.currentAttachment() instanceof WorkerContext context ? context : null;
  }

  /**
   * Whom this thread works for.
   *
   * @return the worker
   */
  public final Worker worker() {
    return worker;
  }

  /**
   * The worker on whose own thread its callbacks run.
   *
   * @return the worker; something else where they run on other threads
   */
  public Object place() {
    return worker;
  }

  /**
   * The timers of this incarnation; they end with it.
   *
   * @return the timers
   */
  public TimerQueue<TimerTask> timers() {
    return timers;
  }

  /**
   * Says where failures of timers go that no server guards.
   *
   * @param report told on this thread
   */
  public void reportTimerFailures(Consumer<Throwable> report) {
    timerFailures = report;
  }

  /**
   * Where failures of timers go that no server guards.
   *
   * @return what to tell, on this thread
   */
  public Consumer<Throwable> timerFailures() {
    return timerFailures;
  }

  /**
   * The id of the next task that this turn at the worker submits.
   *
   * @return from 0, the same until {@link #taskSubmitted}
   */
  public long nextTaskId() {
    return nextTaskId;
  }

  /** The id was given to a task. */
  public void taskSubmitted() {
    nextTaskId++;
  }

  /**
   * How many requests this turn at the worker has been given.
   *
   * @return the count, the running one included
   */
  public long requests() {
    return requests;
  }

  /**
   * The message that runs, or is about to, is a request; once for each. What {@link
   * Delivery#isRequest} tells of is counted by the worker.
   */
  public void countRequest() {
    requests++;
  }

  /**
   * How often something was sent to a client in this turn at the worker.
   *
   * @return the count
   */
  public long responses() {
    return responses;
  }

  /** Something was sent to a client. */
  public void countResponse() {
    responses++;
  }

  /**
   * Reactors to be woken at the end of the current delivery.
   *
   * @return the batch
   */
  public WakeBatch wakes() {
    return wakes;
  }

  TimerRound timerRound() {
    return timerRound;
  }

  /**
   * What the layer above keeps for this incarnation.
   *
   * @return what was stored last, null at first
   */
  public @Nullable Object view() {
    return view;
  }

  /**
   * Keeps something for this incarnation.
   *
   * @param kept what to keep
   */
  public void view(@Nullable Object kept) {
    view = kept;
  }

  /**
   * What the layer above is at in this incarnation.
   *
   * @return null between two jobs
   */
  public @Nullable Object job() {
    return job;
  }

  /**
   * Begins a job, or ends the one before.
   *
   * @param begun what it is at from now on, null for nothing
   */
  public void job(@Nullable Object begun) {
    job = begun;
  }

  /**
   * Whether workerStart has returned.
   *
   * @return false within it
   */
  public boolean hasBegun() {
    return begun;
  }

  /** workerStart has returned. */
  public void begin() {
    begun = true;
  }

  /**
   * Whether the incarnation is about to end and only finishes what it has begun.
   *
   * @return true from workerExit on
   */
  public boolean isLeaving() {
    return leaving;
  }

  void leave() {
    leaving = true;
  }

  /**
   * Whether the incarnation has ended, although a handler of it may still run on a thread that was
   * abandoned.
   *
   * @return true once nothing is run for it any more
   */
  public boolean isOver() {
    return over;
  }

  void end() {
    over = true;
  }

  /** Whether it has something to finish before it may leave. */
  final boolean hasWork() {
    return timers.size() > 0 || callbacks() > 0;
  }

  /** Callbacks that run for it beside the worker's thread. */
  int callbacks() {
    return 0;
  }

  /** Has something done, on any thread, whenever a leaving incarnation may have less to finish. */
  void whenIdle(Runnable action) {}
}
