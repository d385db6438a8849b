// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.MessageQueue;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The message queue of a process object. Any thread. */
final class ProcessQueue {
  /** Messages go to whoever takes them first. */
  static final int CONTENDED = 2;

  private static final int NONE = -1;

  /** Who can write to it tells the others what to do. */
  private static final int PERMISSIONS = 0600;

  private static final int PROJECT = 1;

  private final int processId;
  private volatile @Nullable MessageQueue queue;
  private volatile int mode = CONTENDED;

  ProcessQueue(int processId) {
    this.processId = processId;
  }

  /** That of a child, as its parent told it. */
  ProcessQueue(int processId, int queueId, int mode) {
    this(processId);
    this.mode = mode;
    queue = queueId == NONE ? null : MessageQueue.of(queueId);
  }

  boolean use(int key, int newMode, long capacity) {
    try {
      MessageQueue opened = MessageQueue.open(key, PERMISSIONS);
      if (capacity > 0) {
        opened.limit(capacity);
      }
      mode = newMode;
      queue = opened;
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    }
  }

  /** C's {@code ftok} of what a class was loaded from; 1 if that is no file. */
  static int keyOf(Class<?> type) {
    try {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      URL location = source == null ? null : source.getLocation();
      if (location == null) {
        return PROJECT;
      }
      Path file = Path.of(location.toURI());
      long inode = (long) Files.getAttribute(file, "unix:ino");
      long device = (long) Files.getAttribute(file, "unix:dev");
      return (int) ((inode & 0xffff) | ((device & 0xff) << 16) | ((long) PROJECT << 24));
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return PROJECT;
    }
  }

  /** Its number for a child, -1 without one. */
  int queueId() {
    MessageQueue current = queue;
    return current == null ? NONE : current.id();
  }

  int mode() {
    return mode;
  }

  private MessageQueue required() {
    MessageQueue current = queue;
    if (current == null) {
      throw new IllegalStateException("queue: none (expected: useQueue before)");
    }
    return current;
  }

  private boolean blocks() {
    return (mode & SwooleProcess.IPC_NOWAIT) == 0;
  }

  private boolean isContended() {
    return (mode & ~SwooleProcess.IPC_NOWAIT) == CONTENDED;
  }

  boolean push(byte[] data) {
    MessageQueue current = required();
    while (true) {
      try {
        current.send(processId, data, blocks());
        return true;
      } catch (ErrnoException e) {
        if (e.errno() != Errno.EINTR) {
          LastError.set(e);
          return false;
        }
      }
    }
  }

  Optional<byte[]> pop(int maxSize) {
    MessageQueue current = required();
    while (true) {
      try {
        return Optional.of(current.receive(isContended() ? 0 : processId, maxSize, blocks()));
      } catch (ErrnoException e) {
        if (e.errno() != Errno.EINTR) {
          LastError.set(e);
          return Optional.empty();
        }
      }
    }
  }

  Optional<QueueStatus> status() {
    try {
      MessageQueue.State state = required().state();
      return Optional.of(new QueueStatus(state.messages(), state.bytes()));
    } catch (ErrnoException e) {
      LastError.set(e);
      return Optional.empty();
    }
  }

  boolean free() {
    MessageQueue current = required();
    queue = null;
    try {
      current.remove();
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    }
  }
}
