// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one incarnation of a worker works with whose callbacks run on virtual threads: shared by all
 * of these and the worker's own thread, so everything here is safe from any thread.
 */
final class CoroutineContext extends WorkerContext {
  private final Coroutines owner;
  private final AtomicLong taskIds = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong responses = new AtomicLong();

  /** Callbacks that run for it and those that can run for no other; guarded by the owner. */
  int held;

  private volatile Runnable idle = () -> {};

  CoroutineContext(Worker worker, Coroutines owner) {
    this(worker, owner, new CoroutineTimers(worker));
  }

  private CoroutineContext(Worker worker, Coroutines owner, CoroutineTimers timers) {
    super(worker, WakeBatch.none(), timers);
    this.owner = owner;
    timers.of(this);
  }

  /** Runs a callback for this incarnation only; dropped if it has ended before. */
  void run(Callback callback) {
    owner.add(callback, this);
  }

  /** The worker's thread sleeps until a timer is due, and now there is another one. */
  void timersChanged() {
    worker().deliver(Delivery.of(() -> {}));
    idle.run();
  }

  /** Tells whoever waits for the end of its callbacks. */
  void callbacksEnded() {
    idle.run();
  }

  /** Sends leave from no thread of the worker, so nothing may be left for the end of a batch. */
  @Override
  public Object place() {
    return this;
  }

  /** Reserves it at once: others may ask before this one is given to a task. */
  @Override
  public long nextTaskId() {
    return taskIds.getAndIncrement();
  }

  @Override
  public void taskSubmitted() {}

  @Override
  public long requests() {
    return requests.get();
  }

  @Override
  public void countRequest() {
    requests.incrementAndGet();
  }

  @Override
  public long responses() {
    return responses.get();
  }

  @Override
  public void countResponse() {
    responses.incrementAndGet();
  }

  @Override
  void leave() {
    // So that no callback begins for it behind its back.
    synchronized (owner) {
      super.leave();
    }
  }

  @Override
  void end() {
    synchronized (owner) {
      super.end();
    }
  }

  @Override
  int callbacks() {
    synchronized (owner) {
      return held;
    }
  }

  @Override
  void whenIdle(Runnable action) {
    idle = action;
  }
}
