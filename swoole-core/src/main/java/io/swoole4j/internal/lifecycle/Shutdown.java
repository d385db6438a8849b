// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.swoole4j.internal.net.Inbound;
import io.swoole4j.internal.net.Reactor;
import io.swoole4j.internal.worker.LoopWorker;
import io.swoole4j.internal.worker.Worker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * The end of one server, step by step, each with a bound. Runs on a thread of its own, so that a
 * handler may ask for the end and a stuck one cannot prevent it.
 */
final class Shutdown implements Runnable {
  /** How long clients are waited for when an event loop is stuck and cannot serve them. */
  private static final long STUCK_LOOP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** What handlers that do not block get even where max_wait_time is 0. */
  static final long LEAST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How much of the time workers keep, as one part of so many, whatever is waited for before. */
  private static final int WORKERS_SHARE = 4;

  private static final long POLL_MILLIS = 5;

  private final Logger logger;
  private final Engine engine;
  private final Inbound inbound;
  private final ManagerThread manager;
  private final long maxWait;
  private long deadline;
  private boolean loopStuck;

  Shutdown(Engine engine) {
    this.engine = engine;
    this.logger = engine.config().logging().of(Shutdown.class);
    this.inbound = engine.inbound();
    this.manager = engine.manager();
    this.maxWait = Math.max(engine.config().maxWaitNanos(), LEAST_WAIT_NANOS);
  }

  @Override
  public void run() {
    try {
      stop();
    } catch (InterruptedException e) {
      // Nobody but the JVM's end interrupts this thread; what is left ends with it.
      logger.warn("the end of the server was interrupted", e);
    } finally {
      manager.shutdown();
      engine.events().ended();
      engine.state().terminated();
    }
  }

  private void stop() throws InterruptedException {
    manager.run("beforeShutdown", engine.events()::beforeShutdown, maxWait);
    deadline = now() + maxWait;
    engine.stopPorts(left());
    manager.run("protocols' goodbye", engine.events()::draining, maxWait);
    awaitAnswers();
    inbound.stop();
    if (!inbound.closesBehindPackets() || !engine.taskWorkers().isEmpty()) {
      onEachLoop(Reactor::stopReading);
      drainWorkers();
      finishTasks();
    }
    onEachLoop(this::closeConnections);
    List<Worker> blocked = drainWorkers();
    finishTasks();
    engine.endTasks();
    stopWorkers(blocked);
    closeRemaining();
    endUserProcesses();
    deadline = now() + (loopStuck ? STUCK_LOOP_NANOS : maxWait);
    if (!inbound.registry().awaitNoChannels(left())) {
      deadline = now() + LEAST_WAIT_NANOS;
      onEachLoop(inbound::resetUnfinished);
    }
    engine.closePorts(STUCK_LOOP_NANOS);
    engine.endLoops(STUCK_LOOP_NANOS);
    if (engine.config().manager()) {
      manager.run("managerStop", engine.events()::managerStopped, maxWait);
    }
    manager.run("shutdown", engine.events()::shutdown, maxWait);
    logger.info("the server on port {} has ended", engine.ports().get(0).boundPort());
  }

  /** Lets workers, timers and other threads answer while everything still works. */
  private void awaitAnswers() throws InterruptedException {
    long kept = left() / WORKERS_SHARE;
    while (engine.events().isAwaited() && left() > kept) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Ends the workers of a server whose start failed behind them. */
  void stopStarted() throws InterruptedException {
    deadline = now() + maxWait;
    manager.run("end of user processes", engine.events()::draining, maxWait);
    stopWorkers(drainWorkers());
    endUserProcesses();
  }

  private void endUserProcesses() throws InterruptedException {
    long bound = left();
    manager.run(
        "end of user processes",
        () -> engine.events().workersStopped(bound),
        bound + Grace.SLICES * Grace.SLICE_NANOS);
  }

  private long now() {
    return engine.config().clock().nanos();
  }

  private long left() {
    return Math.max(0, deadline - now());
  }

  /**
   * What has arrived is handed over, and behind it the end of each connection. What has not arrived
   * stays with the kernel. On the reactor's event loop.
   */
  private void closeConnections(Reactor reactor) {
    reactor.stopReading();
    inbound.closeAll(reactor);
  }

  private void onEachLoop(Consumer<Reactor> step) throws InterruptedException {
    List<Reactor> reactors = engine.reactors().reactors();
    CountDownLatch done = new CountDownLatch(reactors.size());
    for (Reactor reactor : reactors) {
      reactor
          .loop()
          .execute(
              () -> {
                step.accept(reactor);
                done.countDown();
              });
    }
    done.await(left(), TimeUnit.NANOSECONDS);
  }

  /**
   * Waits until every worker has run what waited for it.
   *
   * @return those that have not
   */
  private List<Worker> drainWorkers() throws InterruptedException {
    return drain(engine.allWorkers());
  }

  /** Waits for tasks and for what is made of their results, which may be tasks again. */
  private void finishTasks() throws InterruptedException {
    while (left() > 0 && engine.taskWorkers().stream().anyMatch(task -> task.inFlight() > 0)) {
      drain(engine.taskWorkers());
      drain(engine.workers());
    }
  }

  /** Waits until each has run what waits for it now; answers those that have not. */
  private List<Worker> drain(List<? extends Worker> workers) throws InterruptedException {
    Map<Worker, CompletableFuture<Void>> drained = new LinkedHashMap<>();
    for (Worker worker : workers) {
      drained.put(worker, worker.drained());
    }
    return unfinished(drained);
  }

  /** Those that have not finished when the time is up. */
  private List<Worker> unfinished(Map<Worker, CompletableFuture<Void>> tasks)
      throws InterruptedException {
    List<Worker> late = new ArrayList<>();
    for (Map.Entry<Worker, CompletableFuture<Void>> task : tasks.entrySet()) {
      try {
        task.getValue().get(left(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        late.add(task.getKey());
      } catch (ExecutionException e) {
        throw new IllegalStateException("worker: failed (expected: an end)", e);
      }
    }
    return late;
  }

  /** Blocked workers are interrupted; the others get their time although a blocked one used it. */
  private void stopWorkers(List<Worker> blocked) throws InterruptedException {
    Map<Worker, CompletableFuture<Void>> stopping = new LinkedHashMap<>();
    engine.allWorkers().forEach(worker -> stopping.put(worker, worker.stop()));
    List<Worker> late = blocked.isEmpty() ? unfinished(stopping) : blocked;
    if (late.isEmpty()) {
      return;
    }
    late.forEach(Worker::interrupt);
    long end = now() + Grace.SLICES * Grace.SLICE_NANOS;
    for (int slice = 0; slice < Grace.SLICES && !late.isEmpty(); slice++) {
      deadline = now() + Grace.SLICE_NANOS;
      late = unfinished(stopping);
    }
    // What workers have left of the second is for user processes.
    deadline = end;
    for (Worker worker : late) {
      logger.warn("worker {} did not end in time and was given up{}", worker.id(), worker.stack());
      worker.giveUp();
      loopStuck |= worker instanceof LoopWorker && (worker.progress() & 1) == 1;
    }
  }

  /** Connections without a close event, and those whose worker was given up. */
  private void closeRemaining() {
    inbound.registry().all().forEach(connection -> connection.close(false));
  }
}
