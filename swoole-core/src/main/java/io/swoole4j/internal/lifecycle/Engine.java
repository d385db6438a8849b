// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.netty.channel.EventLoop;
import io.swoole4j.internal.dispatch.Dispatcher;
import io.swoole4j.internal.net.ConnectionEvents;
import io.swoole4j.internal.net.ConnectionRegistry;
import io.swoole4j.internal.net.DatagramPort;
import io.swoole4j.internal.net.EventLoops;
import io.swoole4j.internal.net.Heartbeat;
import io.swoole4j.internal.net.Inbound;
import io.swoole4j.internal.net.Listener;
import io.swoole4j.internal.net.ListenerSpec;
import io.swoole4j.internal.net.Port;
import io.swoole4j.internal.net.Reactor;
import io.swoole4j.internal.net.ReactorGroup;
import io.swoole4j.internal.net.TrafficCounters;
import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.internal.worker.CallbackRunner;
import io.swoole4j.internal.worker.LoopWorker;
import io.swoole4j.internal.worker.RequestLimit;
import io.swoole4j.internal.worker.ThreadWorker;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.internal.worker.WorkerDuties;
import io.swoole4j.internal.worker.WorkerEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The running parts of one server and the order in which they are started. What was started is
 * undone in reverse when a later step fails. Used by the starting thread, then by {@link Shutdown}.
 */
public final class Engine {
  /** How long event loops may take to end after a failed start. */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EngineConfig config;
  private final EngineEvents events;
  private final WorkerEvents workerEvents;
  private final StateMachine state;
  private final TrafficCounters counters = new TrafficCounters();
  private final ConnectionRegistry registry;
  private final Inbound inbound;
  private final ServerThreads threads;
  private final List<LoopWorker> loopWorkers = new ArrayList<>();
  private final List<ThreadWorker> threadWorkers = new ArrayList<>();
  private final List<ThreadWorker> taskWorkers = new ArrayList<>();
  private final List<Port> ports = new ArrayList<>();
  private final ReactorGroup reactors;
  private final EventLoops acceptors;
  private final ManagerThread manager;
  private final BlockedChecks blockedChecks;
  private final Supervision supervision;
  private final Reload reload;
  private final Heartbeat heartbeat;
  private final Beginning workersBegin = new Beginning(this::startWorkers);
  private volatile boolean takesTasks = true;

  /**
   * Makes the parts; no thread runs and no socket is open yet.
   *
   * @param config what to build
   * @param events told about the server's life
   * @param workerEvents told about the workers' lives
   * @param connectionEvents told about connections
   * @param state the server's state
   */
  public Engine(
      EngineConfig config,
      EngineEvents events,
      WorkerEvents workerEvents,
      ConnectionEvents connectionEvents,
      StateMachine state) {
    this.config = config;
    this.events = events;
    this.workerEvents = workerEvents;
    this.state = state;
    this.blockedChecks = new BlockedChecks(config);
    this.registry = new ConnectionRegistry(config.startSessionId(), config.maxConnections());
    this.inbound =
        new Inbound(
            connectionEvents, registry, counters, config.rules(), config.logging(), config.clock());
    this.heartbeat = new Heartbeat(inbound, config.listeners());
    this.threads = new ServerThreads(config.listeners().get(0).port(), config.logging());
    this.manager = new ManagerThread(threads, config.logging());
    Dispatcher dispatcher = config.base() ? null : config.dispatcher().apply(counters);
    // From here on nothing may fail any more: event loops hold descriptors from the beginning.
    this.acceptors = new EventLoops(1, threads.factory("acceptor"), config.transport().ioHandler());
    this.supervision = new Supervision(config, events, manager, acceptors.next());
    this.reload = new Reload(this, acceptors.next());
    this.reactors = reactorGroup();
    if (!config.base()) {
      for (int id = 0; id < config.workers(); id++) {
        threadWorkers.add(threadWorker(id, "worker", id));
      }
    }
    for (int number = 0; number < config.taskWorkers(); number++) {
      taskWorkers.add(threadWorker(config.workers() + number, "task", number));
    }
    inbound.workers(workers(), dispatcher);
  }

  private ThreadWorker threadWorker(int id, String role, int number) {
    boolean task = "task".equals(role);
    String name = role + "-" + number;
    return new ThreadWorker(
        id,
        name,
        duties(task ? config.taskLimit() : config.limit(), config.runners().of(threads, name)),
        threads,
        started -> config.threadSetup().accept(role, number));
  }

  private WorkerDuties duties(RequestLimit limit, CallbackRunner runner) {
    return new WorkerDuties(workerEvents, supervision, runner, limit, config.waits());
  }

  private ReactorGroup reactorGroup() {
    try {
      return new ReactorGroup(
          config.transport(),
          config.reactors(),
          threads,
          config.base() ? "worker" : "reactor",
          inbound,
          (id, loop) -> config.base() ? loopWorker(id, loop) : null);
    } catch (RuntimeException | Error e) {
      acceptors.shutdownGracefully(0, END_NANOS, TimeUnit.NANOSECONDS);
      throw e;
    }
  }

  private LoopWorker loopWorker(int id, EventLoop loop) {
    LoopWorker worker =
        new LoopWorker(
            id, loop, duties(config.limit(), config.runners().of(threads, "worker-" + id)));
    loopWorkers.add(worker);
    return worker;
  }

  /**
   * Tells of each callback of a worker that takes longer than so long; before the start.
   *
   * @param nanos how long a callback may take
   * @param slowLog where that is told
   */
  public void reportSlow(long nanos, Logger slowLog) {
    blockedChecks.reportSlow(allWorkers(), nanos, slowLog);
  }

  /**
   * Starts everything. When this returns every port accepts; when it throws nothing is left.
   *
   * @param bound called when every port is bound, before any handler runs
   * @throws RuntimeException why a part could not be started
   */
  public void start(Runnable bound) {
    RollBack undo = new RollBack();
    try {
      undo.push(manager::shutdown);
      undo.push(() -> endLoops(END_NANOS));
      bind(undo);
      bound.run();
      undo.push(this::stopWorkers);
      workersBegin.open();
      announce("start", events::started);
      if (config.manager()) {
        announce("managerStart", events::managerStarted);
      }
      workersBegin.begin();
      announce("start of user processes", events::workersStarted);
      ports.forEach(Port::open);
    } catch (RuntimeException | Error e) {
      undo.run(e);
      throw e;
    }
  }

  private void bind(RollBack undo) {
    for (ListenerSpec spec : config.listeners()) {
      Port port = port(spec);
      undo.push(() -> port.close(END_NANOS));
      port.bind(config.reusePort() ? config.reactors() : 1);
      ports.add(port);
    }
    threads.port(ports.get(0).boundPort());
    acceptors.forEach(loop -> loop.execute(() -> threads.rename("acceptor")));
  }

  private Port port(ListenerSpec spec) {
    return spec.type().isDatagram()
        ? new DatagramPort(spec, config.transport(), reactors, inbound)
        : new Listener(
            spec,
            config.transport(),
            config.reusePort() ? reactors.group() : acceptors,
            reactors,
            inbound);
  }

  /** Runs an event of the start; a shutdown asked for meanwhile bounds the wait for it. */
  private void announce(String what, Runnable task) {
    ManagerThread.Event event = manager.submit(what, task);
    try {
      CompletableFuture.anyOf(event.end(), state.stopRequest()).get();
      event.awaitEnd(config.maxWaitNanos());
    } catch (InterruptedException e) {
      event.interrupt();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("start: interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("start: failed", e.getCause());
    }
  }

  /**
   * Lets the workers begin if they have not, which they do by themselves behind the start event:
   * somebody waits for an answer of one of them. From any thread.
   *
   * @return false before the start event, when there is nothing yet that could begin
   */
  public boolean beginWorkers() {
    return workersBegin.begin();
  }

  private void stopWorkers() throws InterruptedException {
    if (workersBegin.close()) {
      new Shutdown(this).stopStarted();
    }
  }

  private void startWorkers() {
    String role = config.base() ? "worker" : "reactor";
    for (Reactor reactor : reactors.reactors()) {
      reactor
          .loop()
          .execute(
              () -> {
                // A loop that listens itself was running before the port was known.
                threads.rename(role + "-" + reactor.id());
                config.threadSetup().accept(role, reactor.id());
              });
    }
    for (int i = 0; i < loopWorkers.size(); i++) {
      loopWorkers.get(i).start(reactors.reactors().get(i));
    }
    threadWorkers.forEach(ThreadWorker::startThread);
    taskWorkers.forEach(ThreadWorker::startThread);
    blockedChecks.start(acceptors.next(), workers(), reactors.reactors());
    heartbeat.start(acceptors.next());
  }

  /** Ends all event loops and with them what is left of their channels. */
  void endLoops(long nanos) throws InterruptedException {
    acceptors.shutdownGracefully(0, nanos, TimeUnit.NANOSECONDS);
    reactors.shutdown(nanos);
    acceptors.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }

  /** Takes nothing in; a listening socket of a stuck event loop stays until that comes back. */
  void stopPorts(long nanos) {
    ports.forEach(port -> port.stop(nanos));
  }

  /** Closes what is left of the ports: those for datagrams, by which answers have gone out. */
  void closePorts(long nanos) {
    ports.forEach(port -> port.close(nanos));
  }

  /**
   * The workers that serve connections, by their ids.
   *
   * @return the workers
   */
  public List<? extends Worker> workers() {
    return config.base() ? loopWorkers : threadWorkers;
  }

  /**
   * The workers that run tasks; their ids follow those of {@link #workers}. Threads in both modes.
   *
   * @return the task workers
   */
  public List<ThreadWorker> taskWorkers() {
    return taskWorkers;
  }

  /**
   * Every worker by its id, the task workers last.
   *
   * @return the workers
   */
  public List<Worker> allWorkers() {
    List<Worker> all = new ArrayList<>(workers());
    all.addAll(taskWorkers);
    return all;
  }

  /**
   * The sessions.
   *
   * @return the registry
   */
  public ConnectionRegistry registry() {
    return registry;
  }

  /**
   * Who finds silent peers.
   *
   * @return the heartbeat
   */
  public Heartbeat heartbeat() {
    return heartbeat;
  }

  /**
   * The totals.
   *
   * @return the counters
   */
  public TrafficCounters counters() {
    return counters;
  }

  /**
   * The ports that are bound, the primary first.
   *
   * @return the ports
   */
  public List<Port> ports() {
    return ports;
  }

  /**
   * The worker of this server that the calling thread serves.
   *
   * @return its context, null on other threads
   */
  public @Nullable WorkerContext currentWorker() {
    return threads.ownsCurrent() ? WorkerContext.current() : null;
  }

  /**
   * Whether the calling thread is an event loop that is no worker.
   *
   * @return true on reactor threads in PROCESS mode
   */
  public boolean isReactor() {
    return currentWorker() == null && isEventLoop();
  }

  /**
   * Whether the calling thread is the manager's.
   *
   * @return true in the server's own events
   */
  public boolean isManager() {
    return threads.isCurrent("manager");
  }

  /**
   * Whether tasks will still be run.
   *
   * @return false once the task workers are about to end
   */
  public boolean takesTasks() {
    return takesTasks;
  }

  /** From now on no task is taken. */
  void endTasks() {
    takesTasks = false;
  }

  EngineConfig config() {
    return config;
  }

  EngineEvents events() {
    return events;
  }

  StateMachine state() {
    return state;
  }

  Inbound inbound() {
    return inbound;
  }

  /**
   * The event loops.
   *
   * @return the reactors
   */
  public ReactorGroup reactors() {
    return reactors;
  }

  ManagerThread manager() {
    return manager;
  }

  /**
   * Whether the calling thread serves this server and so could never see it end.
   *
   * @return true on the manager, the workers with their coroutines, and the event loops
   */
  public boolean isOwnThread() {
    return threads.ownsCurrent();
  }

  /**
   * Whether the calling thread is an event loop, which must not wait.
   *
   * @return true on reactor threads, and in BASE mode on the threads of workers
   */
  public boolean isEventLoop() {
    return reactors.reactors().stream().anyMatch(reactor -> reactor.loop().inEventLoop());
  }

  /**
   * Whether there is a manager to speak of.
   *
   * @return false in BASE mode with one worker
   */
  public boolean hasManager() {
    return config.manager();
  }

  /**
   * A new thread of this server, not started.
   *
   * @param role its part of the work
   * @param task what it runs
   * @return the thread
   */
  public Thread thread(String role, Runnable task) {
    return threads.thread(role, task);
  }

  /**
   * Runs a task on the manager's thread, unless that has ended.
   *
   * @param task what to run
   * @param nanos after how long
   */
  public void onManager(Runnable task, long nanos) {
    manager.schedule(task, nanos);
  }

  /**
   * Renews workers one after the other; returns at once.
   *
   * @param onlyTaskWorkers whether to leave the others alone
   * @return false if it is being done already, or the server does not run
   */
  public boolean reload(boolean onlyTaskWorkers) {
    return reload.begin(onlyTaskWorkers);
  }

  /**
   * Lets one worker end in good order and begin again.
   *
   * @param workerId which, or -1 for the calling one
   * @param waits whether it finishes its timers first
   * @throws IllegalArgumentException if there is no worker of that id
   * @throws IllegalStateException with -1 on a thread that serves none
   */
  public void renew(int workerId, boolean waits) {
    List<Worker> all = allWorkers();
    if (workerId < -1 || workerId >= all.size()) {
      throw new IllegalArgumentException(
          "worker_id: " + workerId + " (expected: -1.." + (all.size() - 1) + ")");
    }
    WorkerContext context = WorkerContext.current();
    boolean ours = context != null && all.contains(context.worker());
    if (workerId == -1 && !ours) {
      throw new IllegalStateException(
          "thread: " + Thread.currentThread().getName() + " (expected: a worker of this server)");
    }
    boolean itself = ours && (workerId == -1 || workerId == context.worker().id());
    if (!itself) {
      all.get(workerId).renew(waits || config.waits());
    } else if (!context.isLeaving() && !context.isOver()) {
      context.worker().renew(waits);
    }
  }

  /**
   * How many threads of workers were left behind in a handler that did not return.
   *
   * @return the count
   */
  public long abandonedWorkers() {
    return supervision.abandoned();
  }

  /** Stops in good order; returns at once. Called once, by whoever first asked for the end. */
  public void stop() {
    threads.thread("stopper", new Shutdown(this)).start();
  }
}
