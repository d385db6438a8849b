// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.EngineEvents;

/** Calls the handlers of the server's own events. Runs on the manager's thread. */
final class LifecycleBridge implements EngineEvents {
  private static final int EXIT_CODE = 255;

  private final Server server;
  private final HandlerTable handlers;
  private final UserProcesses processes;
  private final ServerStart start;
  private final StatsFile statsFile;
  private final LogFiles logs;
  private final Failures failures;

  LifecycleBridge(
      Server server,
      HandlerTable handlers,
      UserProcesses processes,
      ServerStart start,
      StatsFile statsFile,
      LogFiles logs,
      Failures failures) {
    this.server = server;
    this.handlers = handlers;
    this.processes = processes;
    this.start = start;
    this.statsFile = statsFile;
    this.logs = logs;
    this.failures = failures;
  }

  /** A call of one handler. */
  @FunctionalInterface
  private interface Call<H extends EventHandler> {
    void on(H handler) throws Exception;
  }

  private <H extends EventHandler> void call(Event<H> event, Call<H> call) {
    try {
      H handler = handlers.find(event).orElse(null);
      if (handler != null) {
        call.on(handler);
      }
    } catch (Exception | Error e) {
      failures.report(event, 0, e);
    }
  }

  @Override
  public void started() {
    call(Event.START, handler -> handler.onStart(server));
  }

  @Override
  public void managerStarted() {
    call(Event.MANAGER_START, handler -> handler.onManagerStart(server));
  }

  @Override
  public void workersStarted() {
    server.parts().messages().open();
    start.workersStarted();
    processes.start();
    statsFile.start();
  }

  @Override
  public void beforeReload() {
    call(Event.BEFORE_RELOAD, handler -> handler.onBeforeReload(server));
  }

  @Override
  public void afterReload() {
    call(Event.AFTER_RELOAD, handler -> handler.onAfterReload(server));
  }

  @Override
  public void beforeShutdown() {
    call(Event.BEFORE_SHUTDOWN, handler -> handler.onBeforeShutdown(server));
  }

  @Override
  public void draining() {
    processes.stop();
    server.sessions().forEach(SessionBridge::goodbye);
  }

  @Override
  public boolean isAwaited() {
    return server.isAwaited();
  }

  @Override
  public void workersStopped(long nanos) {
    start.workersStopped();
    processes.end(nanos);
    statsFile.stop();
  }

  @Override
  public void managerStopped() {
    call(Event.MANAGER_STOP, handler -> handler.onManagerStop(server));
  }

  @Override
  public void shutdown() {
    call(Event.SHUTDOWN, handler -> handler.onShutdown(server));
    start.ended();
  }

  @Override
  public void ended() {
    server.endProtocols();
    statsFile.awaitEnd();
    logs.close();
  }

  @Override
  public void workerError(int workerId, Throwable cause) {
    StatusInfo info =
        new StatusInfo(workerId, server.workerPid(), EXIT_CODE << Byte.SIZE, EXIT_CODE, 0);
    call(Event.WORKER_ERROR_OBJECT, handler -> handler.onWorkerError(server, info));
    call(
        Event.WORKER_ERROR,
        handler -> handler.onWorkerError(server, workerId, server.workerPid(), EXIT_CODE, 0));
  }
}
