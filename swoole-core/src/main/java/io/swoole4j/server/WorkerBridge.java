// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.internal.worker.WorkerEvents;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Gives every worker its handlers and calls workerStart and workerStop. Runs on the workers. */
final class WorkerBridge implements WorkerEvents {
  private final Server server;
  private final HandlerTable serverHandlers;
  private final List<HandlerTable> portHandlers;
  private final List<Event<?>> events;
  private final @Nullable IntFunction<? extends EventHandler> factory;
  private final AtomicReferenceArray<@Nullable WorkerView> first;
  private final AtomicReferenceArray<@Nullable WorkerView> views;
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
    this.first = new AtomicReferenceArray<>(setup.workers());
    this.views = new AtomicReferenceArray<>(setup.workers());
    for (int id = 0; id < setup.workers(); id++) {
      first.set(id, make(id));
    }
  }

  /**
   * What workers are made of.
   *
   * @param workers how many there are
   * @param events every event there is
   * @param factory makes a worker's private handlers
   */
  record WorkerSetup(
      int workers, List<Event<?>> events, @Nullable IntFunction<? extends EventHandler> factory) {}

  private WorkerView make(int workerId) {
    if (factory == null) {
      return shared;
    }
    EventHandler own = factory.apply(workerId);
    if (own == null) {
      throw new IllegalStateException(
          "workerHandlers: null for worker " + workerId + " (expected: an object)");
    }
    return WorkerView.of(serverHandlers, portHandlers, own, events);
  }

  /** Where failures of handlers are reported, whatever thread they ran on. */
  Failures failures() {
    return failures;
  }

  /** The handlers of the first worker, which stand for all when what is required is checked. */
  WorkerView sample() {
    WorkerView view = first.get(0);
    return view == null ? shared : view;
  }

  /** The handlers as the calling worker sees them. */
  WorkerView current() {
    WorkerContext context = WorkerContext.current();
    WorkerView view = context == null ? null : views.getPlain(context.worker().id());
    return view == null ? shared : view;
  }

  @Override
  public void workerStarted(int workerId) {
    WorkerView view = first.getAndSet(workerId, null);
    try {
      if (view == null) {
        view = make(workerId);
      }
      views.set(workerId, view);
      WorkerStartHandler handler = view.server().find(Event.WORKER_START).orElse(null);
      if (handler != null) {
        handler.onWorkerStart(server, workerId);
      }
    } catch (Exception e) {
      failures.report(Event.WORKER_START, 0, e);
    } catch (Error e) {
      failures.report(Event.WORKER_START, 0, e);
      throw e;
    }
  }

  @Override
  public void workerStopped(int workerId) {
    try {
      WorkerStopHandler handler = current().server().find(Event.WORKER_STOP).orElse(null);
      if (handler != null) {
        handler.onWorkerStop(server, workerId);
      }
    } catch (Exception e) {
      failures.report(Event.WORKER_STOP, 0, e);
    } catch (Error e) {
      failures.report(Event.WORKER_STOP, 0, e);
      throw e;
    }
  }
}
