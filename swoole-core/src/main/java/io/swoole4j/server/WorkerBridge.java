// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.internal.worker.WorkerEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Gives every worker its handlers and calls workerStart and workerStop. Runs on the workers. */
final class WorkerBridge implements WorkerEvents {
  /** What happens on the manager's thread. */
  private static final List<Event<?>> NOT_ON_WORKERS =
      List.of(
          Event.START,
          Event.MANAGER_START,
          Event.MANAGER_STOP,
          Event.BEFORE_RELOAD,
          Event.AFTER_RELOAD,
          Event.BEFORE_SHUTDOWN,
          Event.SHUTDOWN,
          Event.WORKER_ERROR,
          Event.WORKER_ERROR_OBJECT);

  private final Server server;
  private final HandlerTable serverHandlers;
  private final List<HandlerTable> portHandlers;
  private final List<Event<?>> events;
  private final @Nullable IntFunction<? extends EventHandler> factory;
  private final int workers;
  private final AtomicReferenceArray<@Nullable WorkerView> first;
  private final WorkerView shared;
  private final Failures failures;

  /**
   * Makes the private handlers of the first worker of each id at once, so that a factory that fails
   * fails the start.
   */
  WorkerBridge(
      Server server,
      HandlerTable serverHandlers,
      List<HandlerTable> portHandlers,
      WorkerSetup setup,
      Logger logger) {
    this.server = server;
    this.serverHandlers = serverHandlers;
    this.portHandlers = portHandlers;
    this.events = setup.events();
    this.factory = setup.factory();
    this.failures = new Failures(server, logger, () -> current().server().find(Event.ERROR));
    this.shared = WorkerView.of(serverHandlers, portHandlers, null, events);
    this.workers = setup.workers();
    int all = setup.workers() + setup.taskWorkers();
    this.first = new AtomicReferenceArray<>(all);
    for (int id = 0; id < all; id++) {
      first.set(id, make(id));
    }
  }

  /**
   * What workers are made of.
   *
   * @param workers how many serve connections
   * @param taskWorkers how many run tasks; their ids follow
   * @param events every event there is
   * @param factory makes a worker's private handlers
   */
  record WorkerSetup(
      int workers,
      int taskWorkers,
      List<Event<?>> events,
      @Nullable IntFunction<? extends EventHandler> factory) {}

  private WorkerView make(int workerId) {
    if (factory == null) {
      return shared;
    }
    EventHandler own = factory.apply(workerId);
    if (own == null) {
      throw new IllegalStateException(
          "workerHandlers: null for worker " + workerId + " (expected: an object)");
    }
    requireHandlersOfWorkers(own);
    return WorkerView.of(serverHandlers, portHandlers, own, events);
  }

  /** An object whose handlers would never be called is a mistake. */
  private void requireHandlersOfWorkers(EventHandler own) {
    List<Event<?>> handled =
        events.stream().filter(event -> event.handlerType().isInstance(own)).toList();
    List<Event<?>> elsewhere = handled.stream().filter(NOT_ON_WORKERS::contains).toList();
    if (handled.isEmpty() || !elsewhere.isEmpty()) {
      throw new IllegalStateException(
          "workerHandlers: "
              + own.getClass().getName()
              + (handled.isEmpty() ? " handles nothing" : " handles " + elsewhere)
              + " (expected: handlers of events that happen on workers)");
    }
  }

  /** Where failures of handlers are reported, whatever thread they ran on. */
  Failures failures() {
    return failures;
  }

  /** The handlers of each first worker of connections, for checking what is required. */
  List<WorkerView> firstViews() {
    return firstViews(0, workers);
  }

  /** The handlers of each first task worker. */
  List<WorkerView> firstTaskViews() {
    return firstViews(workers, first.length());
  }

  private List<WorkerView> firstViews(int begin, int end) {
    List<WorkerView> all = new ArrayList<>();
    for (int id = begin; id < end; id++) {
      WorkerView view = first.get(id);
      all.add(view == null ? shared : view);
    }
    return all;
  }

  /** The handlers as the calling worker sees them. */
  WorkerView current() {
    WorkerContext context = WorkerContext.current();
    // Not by the worker's id: a thread that was left behind keeps the handlers it had.
    Object view = context == null ? null : context.view();
    return view == null ? shared : (WorkerView) view;
  }

  /** Failing to make its handlers ends a worker before it begins; the next one tries again. */
  @Override
  public void workerStarted(int workerId) {
    WorkerView view = first.getAndSet(workerId, null);
    if (view == null) {
      view = make(workerId);
    }
    WorkerContext context = WorkerContext.current();
    if (context != null) {
      context.view(view);
      context.reportTimerFailures(cause -> failures.report(Event.TIMER, 0, cause));
    }
    call(Event.WORKER_START, handler -> handler.onWorkerStart(server, workerId));
    if (context != null) {
      context.begin();
    }
  }

  @Override
  public boolean workerExiting(int workerId) {
    return call(Event.WORKER_EXIT, handler -> handler.onWorkerExit(server, workerId));
  }

  @Override
  public void workerStopped(int workerId) {
    server.protocols().forEach(protocol -> protocol.workerStopped(workerId));
    call(Event.WORKER_STOP, handler -> handler.onWorkerStop(server, workerId));
  }

  /** Answers whether there is a handler. */
  private <H extends EventHandler> boolean call(Event<H> event, Call<H> call) {
    H handler = current().server().find(event).orElse(null);
    if (handler == null) {
      return false;
    }
    try {
      call.on(handler);
    } catch (Throwable e) {
      failures.thrown(event, 0, e);
    }
    return true;
  }

  /** A call of one handler. */
  @FunctionalInterface
  private interface Call<H extends EventHandler> {
    void on(H handler) throws Exception;
  }
}
