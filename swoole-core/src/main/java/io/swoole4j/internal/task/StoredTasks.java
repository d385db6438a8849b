// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ThrottledLogger;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The tasks of one server that wait in a queue outside of this JVM. The queue holds their data
 * only; where their results go is remembered here, so it is known for tasks of this run alone. Safe
 * from any thread.
 */
public final class StoredTasks {
  /** How long a task may be neither in the queue nor taken before it counts as lost. */
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long a task waits for room in the queue. */
  private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For messages that are no server's own, and know no {@code task_classes}. */
  private static final TaskCodec PLAIN = new TaskCodec(List.of());

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How far it is looked for tasks of task workers that there are no more. */
  private static final int MAX_CHANNEL = 1024;

  private final TaskStore store;
  private final TaskCodec codec;
  private final TaskFiles files;
  private final boolean directed;
  private final Function<TaskRequest, TaskReply> strangers;
  private final Clock clock;
  private final ThrottledLogger unreadable;
  private final long run = new SecureRandom().nextLong();
  private final AtomicLong tokens = new AtomicLong();
  private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
  private final Flags marks;

  /**
   * The bits that tell how a task has travelled.
   *
   * @param file it came as a file
   * @param serialised it was serialised
   */
  public record Flags(int file, int serialised) {}

  /**
   * How tasks are stored.
   *
   * @param directed whether each is for one task worker
   * @param classes classes and packages that are allowed besides the JDK's plain values
   * @param directory where files of long tasks are
   * @param marks the bits that tell how a task has travelled
   */
  public record Rules(boolean directed, List<String> classes, Path directory, Flags marks) {}

  /**
   * The tasks of one server.
   *
   * @param store where they wait
   * @param rules how
   * @param strangers where results of tasks go that an earlier run has left
   * @param clock the server's clock
   * @param logger where lines go
   * @throws IllegalArgumentException if one of the classes is no pattern
   */
  public StoredTasks(
      TaskStore store,
      Rules rules,
      Function<TaskRequest, TaskReply> strangers,
      Clock clock,
      Logger logger) {
    this.store = store;
    this.codec = new TaskCodec(rules.classes());
    this.files = new TaskFiles(rules.directory());
    this.directed = rules.directed();
    this.marks = rules.marks();
    this.strangers = strangers;
    this.clock = clock;
    this.unreadable = new ThrottledLogger(logger, clock);
  }

  /**
   * The message of a task that somebody else puts into the queue, whose results nobody waits for.
   *
   * @param data strings, bytes, plain values and collections of the JDK
   * @param flags Swoole's flags
   * @param serialised the flag that is added if it had to be serialised
   * @param dispatchTime seconds since the epoch
   * @return the message
   * @throws IllegalArgumentException if the data is something else, or too long for a message
   */
  public static byte[] pack(Object data, int flags, int serialised, double dispatchTime) {
    byte[] content = PLAIN.encode(data);
    int room = TaskStore.MAX_MESSAGE - TaskEnvelope.HEADER;
    if (content.length > room) {
      throw new IllegalArgumentException(
          "data: " + content.length + " bytes (expected: at most " + room + ")");
    }
    int all = flags | (TaskCodec.isSerialised(content) ? serialised : 0);
    return new TaskEnvelope(0, 0, 0, -1, dispatchTime, all, false, content).toBytes();
  }

  /**
   * What a message is about.
   *
   * @param message of {@link #pack}
   * @return the data
   * @throws IllegalArgumentException if it is no such message
   */
  public static Object unpack(byte[] message) {
    try {
      TaskEnvelope envelope = TaskEnvelope.of(message);
      if (envelope.inFile()) {
        throw new IOException("task data: in a file");
      }
      return PLAIN.decode(envelope.content());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "packed: " + e.getMessage() + " (expected: what pack has made)", e);
    }
  }

  /** A task of this run between its submission and the moment when a task worker takes it. */
  private record Waiting(TaskReply reply, TaskSlot slot, long since) {}

  /**
   * A task that was taken out of the queue.
   *
   * @param request the task
   * @param slot whose place it has, null if it has none here
   */
  record Taken(TaskRequest request, @Nullable TaskSlot slot) {}

  /**
   * Puts a task into the queue.
   *
   * @param slot the task worker it is for, or whose place it has
   * @return null if it was taken, else why not
   * @throws IllegalArgumentException if it cannot be serialised, or must not be
   */
  @Nullable ErrorCode offer(TaskRequest task, TaskSlot slot) {
    byte[] data = codec.encode(task.data());
    int flags = task.flags() | (TaskCodec.isSerialised(data) ? marks.serialised() : 0);
    boolean inFile = TaskEnvelope.HEADER + data.length > TaskStore.MAX_MESSAGE;
    String file = null;
    if (inFile) {
      try {
        file = files.write(data);
      } catch (IOException e) {
        unreadable.warn("task_tmpdir: the file of a task cannot be written", e.toString(), e);
        return ErrorCode.TASK_FAILED;
      }
      flags |= marks.file();
    }
    long token = tokens.incrementAndGet();
    TaskEnvelope envelope =
        new TaskEnvelope(
            run,
            token,
            task.id(),
            task.sourceWorker(),
            task.dispatchTime(),
            flags,
            inFile,
            file == null ? data : file.getBytes(UTF_8));
    waiting.put(token, new Waiting(task.reply(), slot, clock.nanos()));
    boolean stored = false;
    try {
      stored = offer(slot.channel(), envelope.toBytes());
    } finally {
      if (!stored) {
        waiting.remove(token);
        if (file != null) {
          remove(file);
        }
      }
    }
    return stored ? null : ErrorCode.QUEUE_FULL;
  }

  /** Waits a little for room: the system's queues are small, and task workers empty them. */
  private boolean offer(int channel, byte[] message) {
    long deadline = clock.nanos() + ROOM_NANOS;
    while (!store.offer(channel, message)) {
      if (clock.nanos() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    return true;
  }

  private void remove(String file) {
    try {
      files.remove(file);
    } catch (IOException e) {
      unreadable.warn("task_tmpdir: the file of a task cannot be removed", e.toString(), e);
    }
  }

  /** Takes a task out of the queue for a task worker; null if there is none that can be run. */
  @Nullable Taken take(TaskSlot slot) {
    byte[] message = store.poll(directed ? slot.channel() : 0);
    while (message != null) {
      Taken taken = open(message);
      if (taken != null) {
        return taken;
      }
      message = store.poll(directed ? slot.channel() : 0);
    }
    return null;
  }

  private @Nullable Taken open(byte[] message) {
    Waiting known = null;
    try {
      TaskEnvelope envelope = TaskEnvelope.of(message);
      known = envelope.run() == run ? waiting.remove(envelope.token()) : null;
      byte[] content = envelope.content();
      Object data =
          codec.decode(envelope.inFile() ? files.take(new String(content, UTF_8)) : content);
      TaskRequest request = request(envelope, data, known == null ? TaskReply.NONE : known.reply());
      if (known != null) {
        return new Taken(request, known.slot());
      }
      // One of ours that nobody knows any more was given up.
      return envelope.run() == run
          ? new Taken(request, null)
          : new Taken(request(envelope, data, strangers.apply(request)), null);
    } catch (IOException e) {
      unreadable.warn("a task of the queue cannot be read and is dropped", e.toString(), e);
      if (known != null) {
        lost(known);
      }
      return null;
    }
  }

  private static TaskRequest request(TaskEnvelope envelope, Object data, TaskReply reply) {
    return new TaskRequest(
        envelope.id(),
        envelope.sourceWorker(),
        data,
        envelope.dispatchTime(),
        envelope.flags(),
        reply);
  }

  private static void lost(Waiting task) {
    task.slot().release();
    task.reply().over();
  }

  /** Gives up the tasks that somebody else took out of the queue, or that went with it. */
  void forgetLost() {
    long now = clock.nanos();
    waiting.forEach(
        (token, task) -> {
          if (now - task.since() > LOST_NANOS && waiting.remove(token, task)) {
            lost(task);
          }
        });
  }

  /** Whether each task is for one task worker. */
  boolean directed() {
    return directed;
  }

  /**
   * Hands tasks for task workers that there are no more to those that there are.
   *
   * @param channels how many task workers there are
   */
  void adopt(int channels) {
    if (!directed) {
      return;
    }
    for (int channel = channels + 1; channel <= MAX_CHANNEL && store.size() > 0; channel++) {
      byte[] message = store.poll(channel);
      while (message != null) {
        if (!store.offer(1 + (channel - 1) % channels, message)) {
          unreadable.warn("a task of the queue has no task worker and is dropped", channel);
        }
        message = store.poll(channel);
      }
    }
  }

  /**
   * How many tasks wait in the queue, those of other runs included.
   *
   * @return the number at this moment
   */
  public long size() {
    return store.size();
  }

  /**
   * How many bytes wait in the queue.
   *
   * @return the number at this moment
   */
  public long bytes() {
    return store.bytes();
  }

  /** Lets go of the queue; what is in it stays. */
  void close() {
    store.close();
  }
}
