// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.task.TaskPool;
import io.swoole4j.internal.task.TaskReply;
import io.swoole4j.internal.task.TaskRequest;
import io.swoole4j.internal.task.TaskWaiter;
import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.spi.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Submits tasks and waits for their results. Any thread but those of task workers. */
final class Tasks {
  static final int MAX_TOGETHER = 1024;

  private static final int NONE = -1;

  private final Server server;
  private final Engine engine;
  private final TaskPool pool;
  private final TaskRunner runner;
  private final LastError lastError;

  /** Ids of tasks that no worker submits. */
  private final AtomicLong foreignIds = new AtomicLong();

  Tasks(Server server, Engine engine, TaskPool pool, TaskRunner runner, LastError lastError) {
    this.server = server;
    this.engine = engine;
    this.pool = pool;
    this.runner = runner;
    this.lastError = lastError;
  }

  TaskPool pool() {
    return pool;
  }

  /** Where results of a task go that an earlier run of this server has left in its queue. */
  TaskReply replyOfEarlierRun(TaskRequest task) {
    int flags = task.flags();
    boolean answered =
        (flags & TaskFlag.NONBLOCK.number()) != 0 && (flags & TaskFlag.CALLBACK.number()) == 0;
    if ((flags & TaskFlag.NOREPLY.number()) != 0) {
      return TaskReply.NONE;
    }
    boolean asker = task.sourceWorker() >= 0 && task.sourceWorker() < engine.workers().size();
    return answered && asker
        ? runner.replyTo(engine.workers().get(task.sourceWorker()), null)
        : TaskQueues.EXPIRED;
  }

  /** The server's task; -1 if it was not taken. */
  long task(Object data, int destination, @Nullable FinishHandler callback) {
    requireTask(data);
    requirePool();
    if (server.taskworker()) {
      return refuse(ErrorCode.NOT_ALLOWED_HERE);
    }
    if (!exists(destination)) {
      return refuse(ErrorCode.INVALID_PARAMS);
    }
    WorkerContext source = engine.currentWorker();
    if (source == null) {
      if (callback != null) {
        throw new IllegalStateException(
            "finishCallback: called on "
                + Thread.currentThread().getName()
                + " (expected: a worker, which could run it)");
      }
      int flags = TaskFlag.NONBLOCK.number() | TaskFlag.NOREPLY.number();
      return submit(data, destination, flags, TaskReply.NONE);
    }
    int flags = TaskFlag.NONBLOCK.number() | (callback == null ? 0 : TaskFlag.CALLBACK.number());
    return submit(data, destination, flags, runner.replyTo(source.worker(), callback));
  }

  /** The server's taskwait. */
  Optional<Object> wait(Object data, double timeoutSeconds, int destination) {
    requireTask(data);
    long nanos = requireWait("taskwait", timeoutSeconds);
    if (!exists(destination)) {
      lastError.fail(ErrorCode.INVALID_PARAMS);
      return Optional.empty();
    }
    TaskWaiter waiter = new TaskWaiter(1);
    if (submit(data, destination, TaskFlag.COROUTINE.number(), waiter.reply(0)) == NONE) {
      return Optional.empty();
    }
    boolean ended = await(waiter, nanos);
    Optional<Object> result = waiter.result(0);
    if (result.isEmpty() && ended) {
      lastError.fail(ErrorCode.TASK_FAILED);
    }
    return result;
  }

  /** Submits all and waits for all; empty where there is no result. */
  List<Optional<Object>> waitForAll(
      String method, List<?> data, double timeoutSeconds, TaskFlag flag) {
    Arguments.require("tasks", data, "a list").forEach(Tasks::requireTask);
    if (data.size() > MAX_TOGETHER) {
      throw new IllegalArgumentException(
          "tasks: " + data.size() + " (expected: at most " + MAX_TOGETHER + ")");
    }
    long nanos = requireWait(method, timeoutSeconds);
    TaskWaiter waiter = new TaskWaiter(data.size());
    for (int i = 0; i < data.size(); i++) {
      TaskReply reply = waiter.reply(i);
      if (submit(data.get(i), NONE, flag.number(), reply) == NONE) {
        reply.over();
      }
    }
    await(waiter, nanos);
    List<Optional<Object>> results = new ArrayList<>(data.size());
    for (int i = 0; i < data.size(); i++) {
      results.add(waiter.result(i));
    }
    return results;
  }

  private long submit(Object data, int destination, int flags, TaskReply reply) {
    WorkerContext source = engine.currentWorker();
    long id = source == null ? foreignIds.getAndIncrement() : source.nextTaskId();
    double now = System.currentTimeMillis() / 1000.0;
    int workerId = source == null ? -1 : source.worker().id();
    if (source != null) {
      // What was sent before belongs before what the task will send.
      source.wakes().flush();
    }
    ErrorCode refusal =
        pool.submit(new TaskRequest(id, workerId, data, now, flags, reply), destination);
    if (refusal != null) {
      return refuse(refusal);
    }
    if (source != null) {
      source.taskSubmitted();
    }
    return id;
  }

  /** Whether every task came to an end in time. */
  private boolean await(TaskWaiter waiter, long nanos) {
    try {
      return waiter.await(nanos) || lastError.fail(ErrorCode.RESULT_TIMED_OUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return lastError.fail(ErrorCode.RESULT_TIMED_OUT);
    }
  }

  private long refuse(ErrorCode code) {
    lastError.fail(code);
    return NONE;
  }

  private boolean exists(int destination) {
    return destination >= NONE && destination < pool.size();
  }

  private void requirePool() {
    if (pool.size() == 0) {
      throw new IllegalStateException("task_worker_num: 0 (expected: at least 1)");
    }
  }

  private static void requireTask(@Nullable Object data) {
    if (data == null) {
      throw new IllegalArgumentException("data: null (expected: an object)");
    }
  }

  /** Checks that the thread may wait, and how long; answers nanoseconds, a millisecond at least. */
  private long requireWait(String method, double seconds) {
    requirePool();
    if (!(seconds > 0)) {
      throw new IllegalArgumentException("timeout: " + seconds + " (expected: above 0 seconds)");
    }
    if (server.taskworker() || engine.isReactor()) {
      throw new IllegalStateException(
          method
              + ": called on "
              + Thread.currentThread().getName()
              + " (expected: a thread that may wait for task workers)");
    }
    engine.beginWorkers();
    return Math.max((long) (seconds * 1e9), 1_000_000);
  }

  /** The server's finish. */
  boolean finish(@Nullable Object result) {
    return runner.finish(runner.current(), result);
  }
}
