// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Mailbox;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Carries messages between workers and runs their handlers there. Any thread. */
final class Messages {
  private static final int NONE = -1;

  private final Server server;
  private final Engine engine;
  private final WorkerBridge bridge;
  private final List<Worker> workers;

  /** Whether messages to a task worker go to whichever comes first. */
  private final boolean anyTaskWorker;

  private final AtomicInteger turn = new AtomicInteger();

  /** Which workers had a handler when the server started. */
  private final BitSet handling = new BitSet();

  /** What was sent before there were workers to run it; guarded by this. */
  private final Queue<Runnable> early = new ArrayDeque<>();

  private volatile boolean open;

  /** Looks at the handlers of the first workers, so it is made before those begin. */
  Messages(Server server, Engine engine, WorkerBridge bridge, boolean anyTaskWorker) {
    this.anyTaskWorker = anyTaskWorker;
    this.server = server;
    this.engine = engine;
    this.bridge = bridge;
    this.workers = engine.allWorkers();
    int id = 0;
    for (List<WorkerView> views : List.of(bridge.firstViews(), bridge.firstTaskViews())) {
      for (WorkerView view : views) {
        handling.set(id++, handles(view.server()));
      }
    }
  }

  private static boolean handles(HandlerTable handlers) {
    return handlers.find(Event.PIPE_MESSAGE).isPresent()
        || handlers.find(Event.PIPE_MESSAGE_OBJECT).isPresent();
  }

  /** The workers are about to begin: what was sent so far goes to them, and the rest at once. */
  synchronized void open() {
    early.forEach(Runnable::run);
    early.clear();
    open = true;
  }

  /** The server's sendMessage. */
  boolean send(@Nullable Object message, int destination) {
    if (message == null) {
      throw new IllegalArgumentException("message: null (expected: an object)");
    }
    WorkerContext source = engine.currentWorker();
    int sender = source == null ? UserProcesses.currentId(server) : source.worker().id();
    if (destination < 0 || destination >= workers.size() || destination == sender) {
      return server.fail(ErrorCode.INVALID_PARAMS);
    }
    if (anyTaskWorker && destination >= engine.workers().size()) {
      return send(message, source, sender, taskWorkerOtherThan(sender));
    }
    return send(message, source, sender, destination);
  }

  /** An idle task worker, beginning with another one each time; else the one whose turn it is. */
  private int taskWorkerOtherThan(int sender) {
    int first = engine.workers().size();
    int count = engine.taskWorkers().size();
    int start = Math.floorMod(turn.getAndIncrement(), count);
    int chosen = NONE;
    for (int i = 0; i < count; i++) {
      int id = first + (start + i) % count;
      if (id != sender && handling.get(id)) {
        if (workers.get(id).inFlight() == 0) {
          return id;
        }
        chosen = chosen == NONE ? id : chosen;
      }
    }
    return chosen == NONE ? first + start : chosen;
  }

  private boolean send(
      Object message, @Nullable WorkerContext source, int sender, int destination) {
    if (!handling.get(destination)) {
      throw new IllegalStateException(
          "sendMessage: no handler of pipeMessage on worker "
              + destination
              + " (expected: require onPipeMessage callback)");
    }
    Worker worker = workers.get(destination);
    if (!runs(worker)) {
      return server.fail(ErrorCode.WRONG_OPERATION);
    }
    double now = System.currentTimeMillis() / 1000.0;
    Delivery delivery =
        Delivery.ofCallback(() -> run(new PipeMessage(sender, destination, now, message)));
    if (!open) {
      Boolean held = hold(worker, delivery);
      if (held != null) {
        return held;
      }
    }
    if (!Room.in(worker, mayWait(source, sender))) {
      return server.fail(ErrorCode.QUEUE_FULL);
    }
    if (source != null) {
      // What was sent before belongs before what the message will cause to be sent.
      source.wakes().flush();
    }
    worker.deliver(delivery);
    return true;
  }

  private boolean runs(Worker worker) {
    ServerState state = server.state();
    return state != ServerState.TERMINATED
        && (worker.id() < engine.workers().size() || engine.takesTasks());
  }

  /** Task workers and user processes wait for room, as in Swoole; what serves clients does not. */
  private boolean mayWait(@Nullable WorkerContext source, int sender) {
    return source == null ? sender != NONE : sender >= engine.workers().size();
  }

  /** Keeps a message until there are workers if there is room; null if they are there already. */
  private synchronized @Nullable Boolean hold(Worker worker, Delivery delivery) {
    if (open) {
      return null;
    }
    if (early.size() >= Mailbox.CAPACITY) {
      return server.fail(ErrorCode.QUEUE_FULL);
    }
    return early.add(() -> worker.deliver(delivery));
  }

  private void run(PipeMessage message) {
    try {
      HandlerTable handlers = bridge.current().server();
      PipeMessageObjectHandler ofObjects = handlers.find(Event.PIPE_MESSAGE_OBJECT).orElse(null);
      if (ofObjects != null) {
        ofObjects.onPipeMessage(server, message);
        return;
      }
      PipeMessageHandler handler = handlers.find(Event.PIPE_MESSAGE).orElse(null);
      if (handler != null) {
        handler.onPipeMessage(server, message.sourceWorkerId(), message.data());
      }
    } catch (Throwable e) {
      bridge.failures().thrown(Event.PIPE_MESSAGE, 0, e);
    }
  }
}
