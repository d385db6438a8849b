// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.Reactor;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Runs named commands on the threads of a server and brings their results back. Any thread. */
final class Commands {
  /** How long a caller waits for a result. */
  static final int WAIT_SECONDS = 5;

  private final Server server;
  private final Engine engine;
  private final Map<String, Command> commands;
  private final Logger logger;

  /** A command: where it may run and what it does. */
  record Command(Set<ProcessType> types, CommandHandler handler) {}

  Commands(Server server, Engine engine, Map<String, Command> commands, Logger logger) {
    this.server = server;
    this.engine = engine;
    this.commands = Map.copyOf(commands);
    this.logger = logger;
  }

  /** The server's command. */
  Optional<Object> run(String name, int processId, ProcessType type, @Nullable Object data) {
    Command command = commands.get(name);
    if (command == null || !command.types().contains(type)) {
      return failed(ErrorCode.INVALID_COMMAND);
    }
    CompletableFuture<Optional<Object>> result = new CompletableFuture<>();
    Runnable work = () -> run(name, command, data, result);
    ErrorCode refusal = give(processId, type, work);
    return refusal == null ? await(result) : failed(refusal);
  }

  private Optional<Object> failed(ErrorCode code) {
    server.fail(code);
    return Optional.empty();
  }

  /** Sees to the work being done; answers why it is not. */
  private @Nullable ErrorCode give(int id, ProcessType type, Runnable work) {
    if (server.state() == ServerState.TERMINATED) {
      return ErrorCode.WRONG_OPERATION;
    }
    return switch (type) {
      case MASTER, MANAGER -> {
        if (id != 0) {
          yield ErrorCode.INVALID_PARAMS;
        }
        yield engine.isManager() ? here(work) : elsewhere(work, task -> engine.onManager(task, 0));
      }
      case EVENT_WORKER -> giveTo(engine.workers(), id, work);
      case TASK_WORKER -> giveTo(engine.taskWorkers(), id, work);
      case REACTOR_THREAD -> {
        if (server.mode() == ServerMode.BASE) {
          yield giveTo(engine.workers(), id, work);
        }
        List<Reactor> reactors = engine.reactors().reactors();
        if (id < 0 || id >= reactors.size()) {
          yield ErrorCode.INVALID_PARAMS;
        }
        Reactor reactor = reactors.get(id);
        yield reactor.loop().inEventLoop()
            ? here(work)
            : elsewhere(work, task -> reactor.loop().execute(task));
      }
    };
  }

  private @Nullable ErrorCode giveTo(List<? extends Worker> workers, int id, Runnable work) {
    if (id < 0 || id >= workers.size()) {
      return ErrorCode.INVALID_PARAMS;
    }
    Worker worker = workers.get(id);
    if (worker.isCurrent()) {
      return here(work);
    }
    requireWaiting();
    if (!engine.beginWorkers()) {
      return ErrorCode.WRONG_OPERATION;
    }
    if (!Room.in(worker, false)) {
      return ErrorCode.QUEUE_FULL;
    }
    worker.deliver(Delivery.ofCallback(work));
    return null;
  }

  private static @Nullable ErrorCode here(Runnable work) {
    work.run();
    return null;
  }

  private @Nullable ErrorCode elsewhere(Runnable work, Consumer<Runnable> thread) {
    requireWaiting();
    try {
      thread.accept(
          () -> {
            try {
              work.run();
            } catch (Error e) {
              // Logged; neither the manager nor an event loop ends by it.
              logger.debug("command ended by an error", e);
            }
          });
      return null;
    } catch (RejectedExecutionException e) {
      return ErrorCode.WRONG_OPERATION;
    }
  }

  private void requireWaiting() {
    if (engine.isEventLoop()) {
      throw new IllegalStateException(
          "command: called on "
              + Thread.currentThread().getName()
              + " (expected: a thread that may wait, which no event loop may)");
    }
  }

  private void run(
      String name,
      Command command,
      @Nullable Object data,
      CompletableFuture<Optional<Object>> result) {
    try {
      result.complete(Optional.ofNullable(command.handler().onCommand(server, data)));
    } catch (Exception e) {
      logger.error("command {} threw: worker {}", name, server.workerId(), e);
      result.completeExceptionally(e);
    } catch (Error e) {
      logger.error("command {} threw: worker {}", name, server.workerId(), e);
      result.completeExceptionally(e);
      throw e;
    }
  }

  private Optional<Object> await(CompletableFuture<Optional<Object>> result) {
    try {
      return result.get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return failed(ErrorCode.RESULT_TIMED_OUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(ErrorCode.RESULT_TIMED_OUT);
    } catch (ExecutionException e) {
      return failed(ErrorCode.TASK_FAILED);
    }
  }
}
