// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import java.util.List;
import java.util.Optional;

/** What the server tells about its workers, task workers and user processes. Any thread. */
final class Workers {
  private static final int NONE = -1;

  private final Server server;
  private final Engine engine;
  private final UserProcesses processes;

  Workers(Server server, Engine engine, UserProcesses processes) {
    this.server = server;
    this.engine = engine;
    this.processes = processes;
  }

  /** The id of the worker that the calling thread serves, else -1. */
  int currentId() {
    WorkerContext context = engine.currentWorker();
    return context == null ? NONE : context.worker().id();
  }

  /** Whether the calling thread serves a task worker. */
  boolean isTaskWorker() {
    return currentId() >= engine.workers().size();
  }

  /** The process id of a worker or a user process; 0, and the reason noted, if there is none. */
  long pid(int id) {
    int workers = engine.allWorkers().size();
    // Whoever has an id on a thread lives in this JVM, even before its run is known to the manager.
    boolean own = id == NONE && server.getWorkerId() >= 0;
    if (own || (id >= 0 && id < workers)) {
      return server.workerPid();
    }
    if (id < 0 || id - workers >= processes.count()) {
      server.fail(ErrorCode.INVALID_PARAMS);
      return 0;
    }
    return processes.pid(id - workers);
  }

  /** What a worker is doing at this moment; empty, and the reason noted, if there is none. */
  Optional<WorkerStatus> status(int id) {
    List<Worker> workers = engine.allWorkers();
    WorkerContext own = engine.currentWorker();
    if (own != null && (id == NONE || id == own.worker().id())) {
      return Optional.of(statusOf(own));
    }
    if (id < 0 || id >= workers.size()) {
      server.fail(ErrorCode.INVALID_PARAMS);
      return Optional.empty();
    }
    Worker worker = workers.get(id);
    if (worker.thread() == null || server.state() == ServerState.TERMINATED) {
      return Optional.of(WorkerStatus.EXIT);
    }
    boolean busy = worker.inFlight() > 0 || (worker.progress() & 1) == 1;
    return Optional.of(busy ? WorkerStatus.BUSY : WorkerStatus.IDLE);
  }

  private static WorkerStatus statusOf(WorkerContext own) {
    if (own.isLeaving() || own.isOver()) {
      return WorkerStatus.EXIT;
    }
    return own.hasBegun() ? WorkerStatus.BUSY : WorkerStatus.IDLE;
  }
}
