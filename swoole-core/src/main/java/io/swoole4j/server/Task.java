// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.task.StoredTasks;
import io.swoole4j.internal.task.TaskRequest;

/**
 * A task as {@link TaskObjectHandler} gets it; Swoole's {@code Swoole\Server\Task}. Safe from any
 * thread.
 */
public final class Task {
  private final TaskRunner runner;
  private final TaskRequest request;
  private final int taskWorkerId;

  Task(TaskRunner runner, TaskRequest request, int taskWorkerId) {
    this.runner = runner;
    this.request = request;
    this.taskWorkerId = taskWorkerId;
  }

  /**
   * What was submitted.
   *
   * @return the same object
   */
  public Object data() {
    return request.data();
  }

  /**
   * Its id among the tasks of its source.
   *
   * @return from 0
   */
  public long id() {
    return request.id();
  }

  /**
   * The worker that submitted it.
   *
   * @return its id, -1 if no worker did
   */
  public int workerId() {
    return request.sourceWorker();
  }

  /**
   * When it was submitted.
   *
   * @return seconds since the epoch
   */
  public double dispatchTime() {
    return request.dispatchTime();
  }

  /**
   * How it was submitted.
   *
   * @return the numbers of {@link TaskFlag}, added
   */
  public int flags() {
    return request.flags();
  }

  /**
   * Whether a flag is among {@link #flags}.
   *
   * @param flag the flag
   * @return true if it is
   */
  public boolean has(TaskFlag flag) {
    return (request.flags() & flag.number()) != 0;
  }

  /**
   * Hands a result to whoever submitted the task, as {@link Server#finish}; may be called several
   * times, from any thread, also after the handler has returned.
   *
   * @param result the result, handed over by reference
   * @return as {@link Server#finish}
   * @throws IllegalArgumentException if the result is null
   */
  public boolean finish(Object result) {
    return runner.finish(this, result);
  }

  /**
   * Makes the message of a task for the queue of a server with {@code task_ipc_mode} 2 or 3, to be
   * put there by another program: by the queue's message type, the number of a task worker from 1.
   * Nobody waits for its results. Swoole's {@code Task::pack}; callable anywhere.
   *
   * @param data text, bytes, or plain values and collections of the JDK; short enough for a message
   *     of 8192 bytes
   * @return the message
   * @throws IllegalArgumentException if the data is something else, or too long
   */
  public static byte[] pack(Object data) {
    if (data == null) {
      throw new IllegalArgumentException("data: null (expected: an object)");
    }
    return StoredTasks.pack(
        data,
        TaskFlag.NONBLOCK.number() | TaskFlag.NOREPLY.number(),
        TaskFlag.SERIALIZE.number(),
        System.currentTimeMillis() / 1000.0);
  }

  /**
   * What a message of {@link #pack} is about; Swoole's {@code Task::unpack}. Callable anywhere.
   *
   * @param packed the message
   * @return the data
   * @throws IllegalArgumentException if it is no such message
   */
  public static Object unpack(byte[] packed) {
    if (packed == null) {
      throw new IllegalArgumentException("packed: null (expected: what pack has made)");
    }
    return StoredTasks.unpack(packed);
  }

  TaskRequest request() {
    return request;
  }

  int taskWorkerId() {
    return taskWorkerId;
  }
}
