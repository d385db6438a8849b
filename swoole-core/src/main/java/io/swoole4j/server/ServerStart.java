// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.lifecycle.EngineConfig;
import io.swoole4j.internal.lifecycle.StateMachine;
import io.swoole4j.internal.net.ListenerSpec;
import io.swoole4j.internal.task.TaskPool;
import io.swoole4j.internal.task.TaskTypes;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * One start of a server: checks what was configured, puts the parts together and starts them. Used
 * once by the starting thread.
 */
final class ServerStart {
  private final Server server;
  private final EngineFactory factory;
  private final OsServices services;
  private final Logger logger;
  private final Failures failures;
  private final PidFile pidFile;
  private final StatsFile statsFile;
  private final Optional<TaskQueues> taskQueues;
  private final Engine engine;
  private final ServerParts parts;
  private boolean written;

  /**
   * Checks everything that can be checked before a port is bound; then, and before there is a
   * thread or a socket of this server, puts the process into the background if that is wanted.
   */
  ServerStart(Server server, SettingValues settings, StateMachine state, LogFiles logs) {
    this.server = server;
    this.factory = new EngineFactory(server, settings, logs.logging());
    requireOwnSockets(settings);
    Logging logging = factory.logging();
    this.logger = logging.of(Server.class);
    this.services = new OsServices(settings);
    services.check(server.processes());
    this.pidFile = new PidFile(settings, logger);
    this.statsFile =
        new StatsFile(settings, server::stats, (role, task) -> engine().thread(role, task), logger);
    this.taskQueues = services.taskQueues(server.host(), server.getPort(), logger);

    HandlerTable shared = shared();
    WorkerBridge workers = workerBridge(shared);
    requireTaskHandlers(settings, workers.firstTaskViews());
    this.failures = workers.failures();
    UserProcesses processes = userProcesses(settings);
    EngineConfig config =
        factory.config(specs(settings, workers.firstViews()), services, processes.count());
    services.detach();
    try {
      this.engine =
          new Engine(
              config,
              new LifecycleBridge(server, shared, processes, this, statsFile, logs, failures),
              workers,
              new ConnectionBridge(server, workers, failures, logger),
              state);
    } catch (RuntimeException | Error e) {
      services.failed(e);
      throw e;
    }
    Logger slowLog = logs.slowLog();
    if (slowLog != null) {
      engine.reportSlow(factory.nanos(Settings.REQUEST_SLOWLOG_TIMEOUT), slowLog);
    }
    this.parts = parts(settings, workers, processes, logs);
  }

  private WorkerBridge workerBridge(HandlerTable shared) {
    List<HandlerTable> portTables = new ArrayList<>();
    server.ports().forEach(port -> portTables.add(port.handlers().over(shared)));
    return new WorkerBridge(
        server,
        shared,
        portTables,
        new WorkerBridge.WorkerSetup(
            factory.workers(),
            factory.taskWorkers(),
            server.events().all(),
            server.workerFactory()),
        logger);
  }

  private UserProcesses userProcesses(SettingValues settings) {
    return new UserProcesses(
        server.processes(),
        factory.allWorkers(),
        server,
        task -> engine().thread("user", task),
        taskTypes(settings)::allows,
        (task, nanos) -> engine().onManager(task, nanos),
        logger);
  }

  private static TaskTypes taskTypes(SettingValues settings) {
    try {
      return new TaskTypes(settings.get(Settings.TASK_CLASSES));
    } catch (IllegalArgumentException e) {
      // It begins with the setting's name.
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private ServerParts parts(
      SettingValues settings, WorkerBridge workers, UserProcesses processes, LogFiles logs) {
    boolean anyTaskWorker = settings.get(Settings.TASK_IPC_MODE) == TaskQueues.CONTENDED;
    return new ServerParts(
        engine,
        new Sending(
            engine,
            server.lastError(),
            settings.get(Settings.BUFFER_OUTPUT_SIZE),
            factory.sendsYield(),
            settings.get(Settings.SEND_TIMEOUT)),
        new WorkerTimers(engine.allWorkers(), failures),
        tasks(settings, workers),
        new Messages(server, engine, workers, anyTaskWorker),
        new Commands(server, engine, server.commands(), logger),
        new Workers(server, engine, processes),
        logs,
        System.currentTimeMillis() / 1000);
  }

  private void requireOwnSockets(SettingValues settings) {
    if (settings.get(Settings.DAEMONIZE) && server.ports().get(0).inherited() != null) {
      throw new IllegalStateException(
          "daemonize: true (expected: false with host SYSTEMD, a new process has not its sockets)");
    }
  }

  private Tasks tasks(SettingValues settings, WorkerBridge workers) {
    TaskRunner runner =
        new TaskRunner(
            server,
            workers,
            server.lastError(),
            settings.get(Settings.TASK_ENABLE_COROUTINE),
            logger);
    TaskPool pool =
        new TaskPool(
            engine.taskWorkers(),
            settings.get(Settings.MAX_QUEUED_TASKS),
            engine::takesTasks,
            runner::run,
            factory.tasksAreCoroutines() ? null : new ThrottledLogger(logger, Clock.SYSTEM));
    return new Tasks(server, engine, pool, runner, server.lastError());
  }

  /** Every task worker needs a handler of tasks, in the form that the settings ask for. */
  private static void requireTaskHandlers(SettingValues settings, List<WorkerView> taskWorkers) {
    for (WorkerView worker : taskWorkers) {
      boolean object = worker.server().find(Event.TASK_OBJECT).isPresent();
      if (!object && worker.server().find(Event.TASK).isEmpty()) {
        throw new IllegalStateException(
            "task_worker_num: "
                + taskWorkers.size()
                + ", no handler of task (expected: require onTask callback)");
      }
      for (Setting<Boolean> setting :
          List.of(Settings.TASK_USE_OBJECT, Settings.TASK_ENABLE_COROUTINE)) {
        if (settings.get(setting) && !object) {
          throw new IllegalStateException(
              setting + ": true, with a TaskHandler (expected: a TaskObjectHandler with it)");
        }
      }
    }
  }

  /** The handlers bound to the server; a subclass's own methods fill what is free. */
  private HandlerTable shared() {
    HandlerTable own = new HandlerTable();
    if (server instanceof EventHandler handler) {
      own.bindAll(server.events().all(), handler);
    }
    return server.handlers().over(own);
  }

  private List<ListenerSpec> specs(SettingValues settings, List<WorkerView> workers) {
    PortResolver resolver = new PortResolver(server, factory.transport(), settings, logger);
    List<ListenerSpec> specs = new ArrayList<>();
    List<ServerPort> ports = server.ports();
    for (int i = 0; i < ports.size(); i++) {
      int index = i;
      List<HandlerTable> tables =
          workers.stream().map(worker -> worker.ports().get(index).table()).toList();
      specs.add(resolver.resolve(i, ports.get(i), tables));
    }
    return specs;
  }

  /** What the server goes on with. */
  ServerParts parts() {
    return parts;
  }

  Engine engine() {
    return engine;
  }

  void run() {
    try {
      engine.start(this::bound);
    } catch (RuntimeException | Error e) {
      taskQueues.ifPresent(TaskQueues::close);
      if (written) {
        pidFile.remove();
      }
      services.failed(e);
      throw e;
    }
    services.ready();
    server
        .ports()
        .forEach(
            port ->
                logger.info(
                    "listening on {} ({}, {} workers)", port, server.mode(), factory.workers()));
  }

  private void bound() {
    for (int i = 0; i < engine.ports().size(); i++) {
      server.ports().get(i).bound(engine.ports().get(i));
    }
    // While it may still be written where only root may write.
    pidFile.write();
    written = true;
    statsFile.begin();
    services.dropPrivileges();
    // Behind that, so that the queue is the user's that the server goes on with.
    Tasks tasks = parts.tasks();
    taskQueues.ifPresent(queues -> queues.open(tasks.pool(), tasks::replyOfEarlierRun));
  }

  /** The workers have been started. On the manager. */
  void workersStarted() {
    taskQueues.ifPresent(queues -> queues.watch(engine::thread));
  }

  /** The task workers have ended. On the manager. */
  void workersStopped() {
    taskQueues.ifPresent(TaskQueues::close);
  }

  /** The server has ended. On the manager. */
  void ended() {
    pidFile.remove();
  }
}
