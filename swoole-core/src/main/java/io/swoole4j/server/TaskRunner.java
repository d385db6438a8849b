// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.task.TaskReply;
import io.swoole4j.internal.task.TaskRequest;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs the handlers of tasks on the task workers, and those of their results on the workers that
 * asked for them.
 */
final class TaskRunner {
  private final Server server;
  private final WorkerBridge workers;
  private final LastError lastError;
  private final boolean onlyObjects;
  private final ThrottledLogger expired;
  private final ThrottledLogger noRoom;

  /**
   * A runner for one server.
   *
   * @param server the server
   * @param workers finds the handlers
   * @param lastError notes why a result was not taken
   * @param onlyObjects whether tasks are finished by their objects only
   * @param logger where lines go
   */
  TaskRunner(
      Server server,
      WorkerBridge workers,
      LastError lastError,
      boolean onlyObjects,
      Logger logger) {
    this.server = server;
    this.workers = workers;
    this.lastError = lastError;
    this.onlyObjects = onlyObjects;
    this.expired = new ThrottledLogger(logger, Clock.SYSTEM);
    this.noRoom = new ThrottledLogger(logger, Clock.SYSTEM);
  }

  /** Runs one task. On a task worker. */
  void run(TaskRequest request) {
    WorkerContext context = Objects.requireNonNull(WorkerContext.current());
    Task task = new Task(this, request, context.worker().id());
    if (!onlyObjects) {
      // Not by the worker's id: a thread that was left behind stays at its own task.
      context.job(task);
    }
    try {
      HandlerTable handlers = workers.current().server();
      TaskObjectHandler ofObjects = handlers.find(Event.TASK_OBJECT).orElse(null);
      Object result =
          ofObjects != null
              ? ofObjects.onTask(server, task)
              : handlers
                  .find(Event.TASK)
                  .orElseThrow()
                  .onTask(server, request.id(), request.sourceWorker(), request.data());
      if (result != null) {
        finish(task, result);
      }
      if (ofObjects == null) {
        request.reply().over();
      }
    } catch (Throwable e) {
      request.reply().over();
      workers.failures().thrown(Event.TASK, 0, e);
    } finally {
      if (!onlyObjects) {
        context.job(null);
      }
    }
  }

  /** The task that the calling thread is at. */
  Task current() {
    if (onlyObjects) {
      throw new IllegalStateException(
          "finish: called on the server (expected: Task.finish with task_enable_coroutine)");
    }
    WorkerContext context = server.taskworker() ? WorkerContext.current() : null;
    if (context == null || !(context.job() instanceof Task task)) {
      throw new IllegalStateException(
          "finish: called on "
              + Thread.currentThread().getName()
              + " (expected: a task worker inside onTask)");
    }
    return task;
  }

  boolean finish(Task task, @Nullable Object result) {
    if (result == null) {
      throw new IllegalArgumentException("result: null (expected: an object)");
    }
    TaskRequest request = task.request();
    ErrorCode refusal = request.reply().deliver(request, task.taskWorkerId(), result);
    if (refusal == ErrorCode.TASK_EXPIRED) {
      expired.warn("[2003] task has expired, its result is dropped", "task " + request.id());
    }
    return refusal == null || lastError.fail(refusal);
  }

  /** Takes results to the worker that asked for them; its callback goes before its handlers. */
  TaskReply replyTo(Worker worker, @Nullable FinishHandler callback) {
    return (request, taskWorkerId, result) -> {
      if (!Room.in(worker, true)) {
        noRoom.warn("[506] send result to worker timed out", "worker " + worker.id());
        return ErrorCode.QUEUE_FULL;
      }
      worker.deliver(Delivery.ofCallback(() -> finished(request, taskWorkerId, result, callback)));
      return null;
    };
  }

  private void finished(
      TaskRequest request, int taskWorkerId, Object result, @Nullable FinishHandler callback) {
    try {
      HandlerTable handlers = workers.current().server();
      FinishObjectHandler ofObjects = handlers.find(Event.FINISH_OBJECT).orElse(null);
      if (callback == null && ofObjects != null) {
        ofObjects.onFinish(
            server, new TaskResult(request.id(), taskWorkerId, request.dispatchTime(), result));
        return;
      }
      FinishHandler handler =
          callback != null ? callback : handlers.find(Event.FINISH).orElse(null);
      if (handler != null) {
        handler.onFinish(server, request.id(), result);
      }
    } catch (Throwable e) {
      workers.failures().thrown(Event.FINISH, 0, e);
    }
  }
}
