// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;

/**
 * The end of one incarnation of a loop worker: workerExit as long as it has timers, which go on
 * beside the next incarnation, then workerStop. Owned by the loop.
 */
final class LoopLeaver {
  private final LoopWorker worker;
  private final WorkerContext context;
  private final WorkerEvents events;
  private final CompletableFuture<Void> ended;
  private final LoopTimer timer;
  private boolean heard;
  private boolean ending;
  private volatile boolean over;
  private volatile boolean running;

  LoopLeaver(
      LoopWorker worker,
      EventLoop loop,
      WorkerContext context,
      WorkerEvents events,
      CompletableFuture<Void> ended) {
    this.worker = worker;
    this.context = context;
    this.events = events;
    this.ended = ended;
    this.timer = new LoopTimer(loop, context.timers(), this::timersDue);
    context.whenIdle(() -> worker.execute(this::lessToDo));
  }

  /** The incarnation that ends. */
  WorkerContext context() {
    return context;
  }

  /** Whether it has not ended. From any thread. */
  boolean isOpen() {
    return !over;
  }

  /** Done when workerStop has run. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Whether one of its callbacks runs. From any thread. */
  boolean isRunning() {
    return running;
  }

  /**
   * Begins to leave, and ends at once if there is nothing to wait for.
   *
   * @param waits whether it may finish its timers
   * @param last whether no other follows: then it waits only if somebody listens
   */
  void begin(boolean waits, boolean last) {
    context.leave();
    if (!waits || !context.hasWork()) {
      end();
      return;
    }
    exit();
    if (!context.hasWork() || (last && !heard)) {
      end();
    } else {
      timer.arm();
    }
  }

  private void exit() {
    run(Delivery.of(() -> heard = events.workerExiting(worker.id())));
  }

  private void timersDue() {
    run(context.timerRound());
    if (!over && context.hasWork()) {
      exit();
    }
    lessToDo();
  }

  private void lessToDo() {
    if (!over && !ending && context.hasWork()) {
      timer.arm();
    } else {
      end();
    }
  }

  /** Drops what it waits for. */
  void end() {
    if (over || running) {
      // Its own callback has asked: the end follows when that has returned.
      return;
    }
    ending = true;
    timer.cancel();
    context.timers().clearAll();
    if (context.callbacks() == 0) {
      run(Delivery.of(() -> events.workerStopped(worker.id())));
      close();
    }
  }

  /** Waits no longer for callbacks that run beside the event loop; they go on for nobody. */
  void abandon() {
    if (!over && !running) {
      timer.cancel();
      context.timers().clearAll();
      close();
      worker.runner().abandon(context);
    }
  }

  private void run(Delivery message) {
    running = true;
    boolean alive = worker.runAs(context, message);
    running = false;
    if (!alive) {
      timer.cancel();
      context.timers().clearAll();
      close();
    }
  }

  private void close() {
    over = true;
    context.end();
    ended.complete(null);
  }
}
