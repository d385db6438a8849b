// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.Inbound;
import io.swoole4j.internal.net.Listener;
import io.swoole4j.internal.net.Reactor;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/**
 * The end of one server, step by step, each with a bound. Runs on a thread of its own, so that a
 * handler may ask for the end and a stuck one cannot prevent it.
 */
final class Shutdown implements Runnable {
  /** How long an interrupted worker may take to come back before it is given up. */
  private static final long INTERRUPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Logger logger;
  private final Engine engine;
  private final Inbound inbound;
  private final ManagerThread manager;
  private final long maxWait;
  private long deadline;

  Shutdown(Engine engine) {
    this.engine = engine;
    this.logger = engine.config().logging().of(Shutdown.class);
    this.inbound = engine.inbound();
    this.manager = engine.manager();
    this.maxWait = engine.config().maxWaitNanos();
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
      engine.state().terminated();
    }
  }

  private void stop() throws InterruptedException {
    manager.run("beforeShutdown", engine.events()::beforeShutdown, maxWait);
    deadline = now() + maxWait;
    engine.listeners().forEach(Listener::close);
    manager.run("protocols' goodbye", engine.events()::draining, left());
    stopReading();
    drainWorkers();
    closeConnections();
    stopWorkers();
    manager.run("the end of user processes", engine.events()::workersStopped, maxWait);
    inbound.registry().awaitNoChannels(left());
    engine.reactors().shutdown(Math.max(left(), TimeUnit.MILLISECONDS.toNanos(500)));
    engine.acceptors().shutdownGracefully(0, maxWait, TimeUnit.NANOSECONDS);
    engine.acceptors().awaitTermination(maxWait, TimeUnit.NANOSECONDS);
    if (engine.config().manager()) {
      manager.run("managerStop", engine.events()::managerStopped, maxWait);
    }
    manager.run("shutdown", engine.events()::shutdown, maxWait);
  }

  private long now() {
    return engine.config().clock().nanos();
  }

  private long left() {
    return Math.max(0, deadline - now());
  }

  /** What has arrived is handed over; what has not stays with the kernel. */
  private void stopReading() throws InterruptedException {
    inbound.stop();
    List<Reactor> reactors = engine.reactors().reactors();
    CountDownLatch stopped = new CountDownLatch(reactors.size());
    for (Reactor reactor : reactors) {
      reactor
          .loop()
          .execute(
              () -> {
                reactor.stopReading();
                stopped.countDown();
              });
    }
    stopped.await(left(), TimeUnit.NANOSECONDS);
  }

  private void drainWorkers() throws InterruptedException {
    List<? extends Worker> workers = engine.workers();
    CountDownLatch drained = new CountDownLatch(workers.size());
    workers.forEach(worker -> worker.deliver(Delivery.of(drained::countDown)));
    drained.await(left(), TimeUnit.NANOSECONDS);
  }

  /** Every connection is closed where its close event belongs. */
  private void closeConnections() throws InterruptedException {
    List<Connection> open = new ArrayList<>(inbound.registry().all());
    CountDownLatch closed = new CountDownLatch(open.size());
    for (Connection connection : open) {
      Runnable close =
          () -> {
            try {
              connection.close(false);
            } finally {
              closed.countDown();
            }
          };
      Worker closer = inbound.closer(connection);
      if (closer == null) {
        close.run();
      } else {
        closer.deliver(Delivery.of(close));
      }
    }
    closed.await(left(), TimeUnit.NANOSECONDS);
  }

  private void stopWorkers() throws InterruptedException {
    List<? extends Worker> workers = engine.workers();
    List<Future<?>> stopping = new ArrayList<>();
    workers.forEach(worker -> stopping.add(worker.stop()));
    for (int i = 0; i < stopping.size(); i++) {
      Worker worker = workers.get(i);
      if (!ends(stopping.get(i), left())) {
        worker.interrupt();
        if (!ends(stopping.get(i), INTERRUPT_NANOS)) {
          reportStuck(worker);
          worker.giveUp();
        }
      }
    }
  }

  private boolean ends(Future<?> stopping, long nanos) throws InterruptedException {
    try {
      stopping.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      logger.error("workerStop failed", e.getCause());
      return true;
    }
  }

  private void reportStuck(Worker worker) {
    StringBuilder stack = new StringBuilder();
    Thread thread = worker.thread();
    if (thread != null) {
      for (StackTraceElement element : thread.getStackTrace()) {
        stack.append(System.lineSeparator()).append("\tat ").append(element);
      }
    }
    logger.warn("worker {} did not end in time and was given up{}", worker.id(), stack);
  }
}
