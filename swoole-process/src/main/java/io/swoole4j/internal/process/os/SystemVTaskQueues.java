// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.MessageQueue;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.spi.TaskQueueFactory;
import java.util.Optional;

/** Task queues that are System V message queues, as {@code ipcs -q} shows them. Any thread. */
public final class SystemVTaskQueues implements TaskQueueFactory {
  /** What a queue may hold, where the user may say so; the system's default is 16 KiB. */
  private static final long CAPACITY = 16L << 20;

  /** Nobody but its user may put tasks into it, or take them. */
  private static final int MODE = 0600;

  private static final int OTHERS = 0077;

  /** Far more than the system lets anybody put there. */
  private static final int FOREIGN_MESSAGE = 1 << 20;

  @Override
  public TaskQueue open(int key) {
    try {
      return new Queue(key, have(key));
    } catch (LinkageError | UnsupportedOperationException e) {
      throw new IllegalStateException("task_ipc_mode: 2 and 3 need Linux, " + e.getMessage(), e);
    }
  }

  private static String name(int key) {
    return String.format("message_queue_key: 0x%08x", key);
  }

  private static IllegalStateException refused(int key, String what, Exception cause) {
    return new IllegalStateException(name(key) + ", " + what, cause);
  }

  private static MessageQueue have(int key) {
    MessageQueue queue;
    MessageQueue.Owner owner;
    try {
      queue = MessageQueue.open(key, MODE);
      owner = queue.owner();
    } catch (ErrnoException e) {
      throw e.errno() == Errno.EACCES
          ? refused(key, "belongs to another user (expected: none, or one of this user's)", e)
          : refused(key, e.getMessage() + " (expected: a queue)", e);
    }
    // Whoever can write to it could have this process run tasks of his own.
    if (owner.uid() != Posix.geteuid() || (owner.mode() & OTHERS) != 0) {
      throw new IllegalStateException(
          name(key)
              + String.format(", belongs to user %d with mode %o", owner.uid(), owner.mode())
              + " (expected: a queue that only this user may use; ipcrm removes it)");
    }
    try {
      if (queue.state().limit() < CAPACITY) {
        queue.limit(CAPACITY);
      }
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EPERM) {
        throw refused(key, e.getMessage() + " (expected: a queue)", e);
      }
    }
    return queue;
  }

  /** One queue; made anew when somebody removes it. */
  private static final class Queue implements TaskQueue {
    private final int key;
    private volatile MessageQueue queue;

    Queue(int key, MessageQueue queue) {
      this.key = key;
      this.queue = queue;
    }

    private static boolean isGone(ErrnoException e) {
      return e.errno() == Errno.EIDRM || e.errno() == Errno.EINVAL;
    }

    private synchronized MessageQueue again(MessageQueue gone) {
      if (queue == gone) {
        queue = have(key);
      }
      return queue;
    }

    @Override
    public boolean offer(int channel, byte[] task) {
      MessageQueue to = queue;
      try {
        try {
          to.send(channel, task, false);
        } catch (ErrnoException e) {
          if (!isGone(e)) {
            throw e;
          }
          again(to).send(channel, task, false);
        }
        return true;
      } catch (ErrnoException e) {
        if (e.errno() == Errno.EAGAIN) {
          return false;
        }
        throw refused(key, e.getMessage() + " (expected: to take " + task.length + " bytes)", e);
      }
    }

    @Override
    public Optional<byte[]> poll(int channel) {
      MessageQueue from = queue;
      try {
        return Optional.of(from.receive(channel, MAX_MESSAGE, false));
      } catch (ErrnoException e) {
        if (e.errno() == Errno.E2BIG) {
          return foreign(from, channel);
        }
        if (isGone(e)) {
          again(from);
        } else if (e.errno() != Errno.ENOMSG) {
          throw refused(key, e.getMessage() + " (expected: a task)", e);
        }
        return Optional.empty();
      }
    }

    /** No task of a server is so long; it must not stay in the way of those that are. */
    private Optional<byte[]> foreign(MessageQueue from, int channel) {
      try {
        return Optional.of(from.receive(channel, FOREIGN_MESSAGE, false));
      } catch (ErrnoException e) {
        return Optional.empty();
      }
    }

    @Override
    public Backlog backlog() {
      MessageQueue of = queue;
      try {
        MessageQueue.State state = of.state();
        return new Backlog(state.messages(), state.bytes());
      } catch (ErrnoException e) {
        if (!isGone(e)) {
          throw refused(key, e.getMessage() + " (expected: a queue)", e);
        }
        again(of);
        return new Backlog(0, 0);
      }
    }

    @Override
    public void close() {
      // A queue has nothing to close: it is a number.
    }
  }
}
