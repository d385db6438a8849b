// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.task.StoredTasks;
import io.swoole4j.internal.task.TaskPool;
import io.swoole4j.internal.task.TaskReply;
import io.swoole4j.internal.task.TaskRequest;
import io.swoole4j.internal.task.TaskStore;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.TaskQueueFactory;
import io.swoole4j.spi.TaskQueueFactory.TaskQueue;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The queue outside of this JVM in which tasks wait with {@code task_ipc_mode} 2 and 3: opens it,
 * and has it looked into every few milliseconds for what nobody here has put there. Opened and
 * closed by the starting thread or the manager, looked into by a thread of its own.
 */
final class TaskQueues {
  /** Tasks wait in a queue, each for one task worker. */
  static final int DIRECTED = 2;

  /** Tasks wait in a queue, each for whoever comes first. */
  static final int CONTENDED = 3;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MAX_DIRECTORY = 200;

  private final SettingValues settings;
  private final TaskQueueFactory factory;
  private final int defaultKey;
  private final Logger logger;
  private @Nullable TaskPool pool;
  private @Nullable Thread watch;
  private volatile boolean closed;

  /**
   * Not opened yet.
   *
   * @param factory makes the queue
   * @param defaultKey the key if none is set
   */
  TaskQueues(SettingValues settings, TaskQueueFactory factory, int defaultKey, Logger logger) {
    this.settings = settings;
    this.factory = factory;
    this.defaultKey = defaultKey;
    this.logger = logger;
    if (settings.get(Settings.TASK_ENABLE_COROUTINE)) {
      throw new IllegalStateException(
          "task_enable_coroutine: true (expected: false with task_ipc_mode 2 and 3)");
    }
  }

  /** Whether the settings ask for a queue, and there is somebody to take tasks out of it. */
  static boolean wanted(SettingValues settings) {
    return settings.get(Settings.TASK_IPC_MODE) >= DIRECTED
        && settings.get(Settings.TASK_WORKER_NUM) > 0;
  }

  /** Settings of queues that have no effect, as there is none. */
  static List<Setting<?>> uselessWithout(SettingValues settings, boolean hasProcesses) {
    if (wanted(settings)) {
      return List.of();
    }
    // what user processes send is held to the same list
    return hasProcesses
        ? List.of(Settings.MESSAGE_QUEUE_KEY, Settings.TASK_TMPDIR)
        : List.of(Settings.MESSAGE_QUEUE_KEY, Settings.TASK_TMPDIR, Settings.TASK_CLASSES);
  }

  /**
   * Opens the queue; tasks wait there from now on.
   *
   * @param tasks whose tasks
   * @param strangers where results of tasks go that an earlier run has left
   * @throws IllegalStateException if it cannot be had
   */
  void open(TaskPool tasks, Function<TaskRequest, TaskReply> strangers) {
    Path directory = directory();
    long set = settings.get(Settings.MESSAGE_QUEUE_KEY);
    int key = set == 0 ? defaultKey : (int) set;
    TaskStore store = new Store(factory.open(key));
    try {
      StoredTasks stored =
          new StoredTasks(
              store,
              new StoredTasks.Rules(
                  settings.get(Settings.TASK_IPC_MODE) == DIRECTED,
                  settings.get(Settings.TASK_CLASSES),
                  directory,
                  new StoredTasks.Flags(TaskFlag.TMPFILE.number(), TaskFlag.SERIALIZE.number())),
              strangers,
              Clock.SYSTEM,
              logger);
      long left = stored.size();
      logger.info(
          "tasks wait in message queue {}, {} are left in it", String.format("0x%08x", key), left);
      tasks.storeIn(stored);
      pool = tasks;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private Path directory() {
    String name = settings.get(Settings.TASK_TMPDIR);
    try {
      Path path = Path.of(name).toAbsolutePath();
      if (name.length() <= MAX_DIRECTORY && Files.isDirectory(path) && Files.isWritable(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalStateException("task_tmpdir: " + name + " (expected: a directory)", e);
    }
    throw new IllegalStateException(
        "task_tmpdir: "
            + name
            + " (expected: a directory that can be written, in at most "
            + MAX_DIRECTORY
            + " characters)");
  }

  /** Begins to look for tasks; the task workers run. */
  void watch(BiFunction<String, Runnable, Thread> threads) {
    TaskPool tasks = pool;
    if (tasks == null) {
      return;
    }
    ThrottledLogger failures = new ThrottledLogger(logger, Clock.SYSTEM);
    Thread thread = threads.apply("task-queue", () -> lookUntilClosed(tasks, failures));
    watch = thread;
    thread.start();
  }

  private void lookUntilClosed(TaskPool tasks, ThrottledLogger failures) {
    while (!closed) {
      try {
        tasks.look();
      } catch (RuntimeException e) {
        failures.warn("the queue of tasks cannot be looked into", e.toString(), e);
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
  }

  /** Lets go of the queue; what is in it is left to the next run. */
  void close() {
    closed = true;
    Thread looking = watch;
    if (looking != null) {
      LockSupport.unpark(looking);
    }
    TaskPool tasks = pool;
    if (tasks != null) {
      tasks.close();
    }
  }

  /**
   * The key of a program that sets none: the same at each start of it. Swoole makes it of the
   * script's file.
   */
  static int defaultKey(String host, int port) {
    String command = System.getProperty("sun.java.command", "").split(" ", 2)[0];
    String name = command.substring(command.lastIndexOf('/') + 1);
    CRC32 crc = new CRC32();
    crc.update((name + "@" + host + ":" + port).getBytes(UTF_8));
    // Never 0, which is nobody's key, nor one that a program would choose by counting from 1.
    return (int) crc.getValue() | 0x0100_0000;
  }

  /** The reply of a task that an earlier run has left and whose caller waited for it. */
  static final TaskReply EXPIRED = (task, taskWorkerId, result) -> ErrorCode.TASK_EXPIRED;

  /** A service's queue as the task pool sees it. */
  private record Store(TaskQueue queue) implements TaskStore {
    @Override
    public boolean offer(int channel, byte[] message) {
      return queue.offer(channel, message);
    }

    @Override
    public byte @Nullable [] poll(int channel) {
      return queue.poll(channel).orElse(null);
    }

    @Override
    public long size() {
      return queue.backlog().tasks();
    }

    @Override
    public long bytes() {
      return queue.backlog().bytes();
    }

    @Override
    public void close() {
      queue.close();
    }
  }
}
