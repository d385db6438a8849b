// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.dispatch.Dispatch;
import io.swoole4j.internal.dispatch.Dispatcher;
import io.swoole4j.internal.dispatch.PacketKind;
import io.swoole4j.internal.dispatch.Route;
import io.swoole4j.internal.dispatch.WorkerLoads;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.LoopWorker;
import io.swoole4j.internal.worker.Worker;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The way in, shared by all reactors of a server: chooses the worker of a message and, on that
 * worker, turns the message into an event. Safe from any thread.
 */
public final class Inbound implements WorkerLoads {
  private final ConnectionEvents events;
  private final ConnectionRegistry registry;
  private final TrafficCounters counters;
  private final InboundRules rules;
  private final Logging logging;
  private final Clock clock;
  private final FileBudget files = new FileBudget(FileBudget.OF_SERVER);
  private final Admission admission;
  private @Nullable Dispatcher dispatcher;
  private List<? extends Worker> workers = List.of();
  private volatile boolean stopping;
  private AtomicIntegerArray pinned = new AtomicIntegerArray(0);

  /**
   * A way in without workers yet.
   *
   * @param events where messages end
   * @param registry the sessions
   * @param counters the totals
   * @param rules what the settings say
   * @param logging where lines go
   * @param clock the server's clock
   */
  public Inbound(
      ConnectionEvents events,
      ConnectionRegistry registry,
      TrafficCounters counters,
      InboundRules rules,
      Logging logging,
      Clock clock) {
    this.events = events;
    this.registry = registry;
    this.counters = counters;
    this.rules = rules;
    this.logging = logging;
    this.clock = clock;
    this.admission = new Admission(registry, counters, rules, logging.of(Acceptor.class), clock);
  }

  Admission admission() {
    return admission;
  }

  /**
   * Names the workers; called once, before the first connection.
   *
   * @param all every worker by its id
   * @param mode how packets are spread over them, null in BASE mode, where a reactor is its own
   *     worker
   */
  public void workers(List<? extends Worker> all, @Nullable Dispatcher mode) {
    workers = all;
    dispatcher = mode;
    pinned = new AtomicIntegerArray(all.size());
  }

  ConnectionEvents events() {
    return events;
  }

  /**
   * The sessions.
   *
   * @return the registry
   */
  public ConnectionRegistry registry() {
    return registry;
  }

  TrafficCounters counters() {
    return counters;
  }

  /** The files that are open for sending. */
  FileBudget files() {
    return files;
  }

  InboundRules rules() {
    return rules;
  }

  /** The server stops: what is closed from now on is given less time to end. */
  public void stop() {
    stopping = true;
    admission.stop();
  }

  boolean isStopping() {
    return stopping;
  }

  Logging logging() {
    return logging;
  }

  Clock clock() {
    return clock;
  }

  /** Whether a worker is one of this server, not of another in the same JVM. */
  boolean owns(Worker worker) {
    return worker.id() < workers.size() && workers.get(worker.id()) == worker;
  }

  /** Whether callbacks run on virtual threads. */
  boolean runsApart() {
    return !workers.isEmpty() && workers.get(0).runsApart();
  }

  Worker worker(int workerId) {
    return workers.get(workerId);
  }

  @Override
  public int workers() {
    return workers.size();
  }

  @Override
  public int inFlight(int workerId) {
    return workers.get(workerId).inFlight();
  }

  @Override
  public int connections(int workerId) {
    return pinned.get(workerId);
  }

  void pinned(int workerId, int change) {
    pinned.addAndGet(workerId, change);
  }

  /** Chooses a worker, or answers one of {@link Dispatch}. In PROCESS mode only. */
  int route(Connection connection, Object message, WorkerLoads loads) {
    Dispatcher mode = requireDispatcher();
    if (message instanceof byte[] data) {
      return mode.route(connection, PacketKind.DATA, data, loads);
    }
    return mode.route(
        connection,
        message == Signal.CLOSE
            ? PacketKind.CLOSE
            : message == Signal.CONNECT ? PacketKind.CONNECT : PacketKind.DATA,
        null,
        loads);
  }

  /** The same for a datagram. */
  int route(Route sender, byte[] data, WorkerLoads loads) {
    return requireDispatcher().route(sender, PacketKind.DATAGRAM, data, loads);
  }

  private Dispatcher requireDispatcher() {
    Dispatcher mode = dispatcher;
    if (mode == null) {
      throw new IllegalStateException("dispatcher: none (expected: PROCESS mode)");
    }
    return mode;
  }

  /**
   * The worker that runs a connection's close event.
   *
   * @param connection which
   * @return null when no worker does
   */
  public @Nullable Worker closer(Connection connection) {
    if (!rules.closeEvents()) {
      return null;
    }
    Worker own = connection.reactor().ownWorker();
    if (own != null) {
      return own;
    }
    int workerId = route(connection, Signal.CLOSE, this);
    return workerId < 0 ? null : workers.get(workerId);
  }

  /**
   * Whether the close event of every connection runs on the worker that has all its packets.
   *
   * @return false where a close may overtake packets that wait on another worker
   */
  public boolean closesBehindPackets() {
    Dispatcher mode = dispatcher;
    return mode == null || mode.fixed();
  }

  /**
   * The server stops: every connection of a reactor is closed where its close event belongs, behind
   * what it has sent. On that reactor's event loop.
   *
   * @param reactor whose connections
   */
  public void closeAll(Reactor reactor) {
    for (Connection connection : registry.all()) {
      if (connection.reactor() != reactor) {
        continue;
      }
      Worker closer = closer(connection);
      Delivery close = Delivery.ofCallback(connection, () -> connection.close(false));
      if (reactor.ownWorker() != null) {
        reactor.ownWorker().runNow(close);
      } else if (closer != null) {
        closer.deliver(close);
      }
    }
  }

  /**
   * The server gives up clients that have not taken everything: what they have must not pass for
   * the whole. On that reactor's event loop.
   *
   * @param reactor whose connections
   */
  public void resetUnfinished(Reactor reactor) {
    for (Connection connection : registry.all()) {
      if (connection.reactor() == reactor && !connection.outbound().isEmpty()) {
        connection.outbound().reset();
      }
    }
  }

  /** What a message counts towards its connection's queue limit. */
  static int bytesOf(Object message) {
    if (message instanceof byte[] data) {
      return data.length;
    }
    return message instanceof ProtocolMessage protocol ? protocol.bytes() : 0;
  }

  /** Turns one message into an event. On the worker it was dispatched to. */
  void run(Connection connection, Object message) {
    if (message instanceof byte[] data) {
      if (mayStillRun(connection)) {
        events.received(connection, data);
      }
    } else if (message == Signal.CONNECT) {
      connection.events().runConnect();
    } else if (message == Signal.CLOSE) {
      connection.closeFromPeer();
    } else if (mayStillRun(connection)) {
      events.protocolMessage(connection, ((ProtocolMessage) message).content());
    } else {
      dropped(connection, message);
    }
  }

  /** A message will never run; a protocol may hold something with it. */
  void dropped(Connection connection, Object message) {
    if (message instanceof ProtocolMessage protocol) {
      events.protocolMessageDropped(connection, protocol.content());
    }
  }

  void finished(int messages) {
    counters.requests.add(messages);
  }

  private boolean mayStillRun(Connection connection) {
    int state = connection.state();
    if (state == Connection.OPEN
        || (state == Connection.CLOSED_BY_CLIENT && !rules.discardLate())) {
      return true;
    }
    if (rules.discardLate()) {
      counters.discarded.increment();
      events.discarded(connection);
    }
    return false;
  }

  /** Tells the worker of a connection that its output is full, or empty again. */
  void outputChanged(Connection connection, boolean full) {
    Worker own = connection.reactor().ownWorker();
    int workerId = own != null || !rules.closeEvents() ? -1 : route(connection, full, this);
    Worker worker = workerId < 0 ? own : workers.get(workerId);
    if (worker != null) {
      // Not behind what the handler does that is to be told.
      worker.deliver(
          Delivery.ofCallback(
              connection.outbound(),
              () -> {
                if (!connection.isOpen()) {
                  return;
                }
                if (full) {
                  events.bufferFull(connection);
                } else {
                  events.bufferEmpty(connection);
                }
              }));
    }
  }

  /** Runs the close event of a connection the server closed, here or where its events belong. */
  void serverClosed(Connection connection) {
    Worker worker = closer(connection);
    if (worker == null) {
      connection.events().closeDone();
    } else if (worker.isCurrent(connection)) {
      if (worker instanceof LoopWorker loop && !loop.runsApart()) {
        // A protocol may close on its event loop while no message runs.
        loop.runWithin(() -> connection.events().runClose(-1));
      } else {
        connection.events().runClose(-1);
      }
    } else {
      worker.deliver(Delivery.ofCallback(connection, () -> connection.events().runClose(-1)));
    }
  }
}
