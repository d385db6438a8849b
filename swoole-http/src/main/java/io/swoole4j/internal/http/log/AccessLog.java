// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.swoole4j.internal.http.message.RequestHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to one file on a thread of its own, so that a disk that is slow holds up no request:
 * what does not fit into its queue is left out and counted. Any thread may log; a file that was
 * renamed is made anew within a second.
 */
public final class AccessLog implements AutoCloseable {
  /** Most lines that wait. */
  static final int CAPACITY = 4096;

  /** Wakes the thread so that it sees the end. */
  private static final AccessEntry END = new AccessEntry(0, null, null, 0, 0, 0, 0);

  private static final Logger LOGGER = LoggerFactory.getLogger(AccessLog.class);
  private static final int BATCH = 512;
  private static final int LINE = 256;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long END_MILLIS = 1000;

  private final Path path;
  private final AccessFormat format;
  private final BlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean ending;

  // Of the thread.
  private FileChannel file;
  private @Nullable Object fileKey;
  private long checkedNanos = System.nanoTime();
  private long reportedNanos = checkedNanos - SECOND;
  private long failures;

  private AccessLog(Path path, AccessFormat format, FileChannel file, @Nullable Object key) {
    this.path = path;
    this.format = format;
    this.file = file;
    this.fileKey = key;
    this.thread = new Thread(this::run, "swoole-access-log");
    thread.setDaemon(true);
  }

  /**
   * Opens a log, which is appended to.
   *
   * @param setting the name of the setting, for the message
   * @param name the file
   * @param format how its lines are written
   * @return the log
   * @throws IllegalArgumentException if the file cannot be written to
   */
  public static AccessLog open(String setting, String name, AccessFormat format) {
    try {
      Path path = Path.of(name).toAbsolutePath();
      FileChannel file = append(path);
      AccessLog log = new AccessLog(path, format, file, key(path));
      log.thread.start();
      return log;
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          setting + ": " + name + " (expected: a file that can be written to)", e);
    }
  }

  private static FileChannel append(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** By what a file is known even when it is renamed. */
  private static @Nullable Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Logs a request, unless too many lines wait.
   *
   * @param entry what is logged
   */
  public void log(AccessEntry entry) {
    if (ending || !queue.offer(entry)) {
      dropped.incrementAndGet();
    }
  }

  /**
   * Logs a request that reaches no handler: those are what an operator looks for.
   *
   * @param fd the session id of its connection
   * @param remote the client's address
   * @param head the request, null if it could not be understood
   * @param status what it is answered with
   */
  public void refused(
      long fd, @Nullable SocketAddress remote, @Nullable RequestHead head, int status) {
    log(new AccessEntry(fd, remote, head, System.currentTimeMillis(), 0, status, 0));
  }

  private void run() {
    List<AccessEntry> batch = new ArrayList<>(BATCH);
    try {
      while (!ending || !queue.isEmpty()) {
        take(batch);
        write(batch);
        report();
        batch.clear();
      }
    } finally {
      closeFile();
    }
  }

  private void take(List<AccessEntry> batch) {
    try {
      AccessEntry first = ending ? queue.poll() : queue.poll(SECOND, TimeUnit.NANOSECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        batch.remove(END);
      }
    } catch (InterruptedException e) {
      // Nobody here interrupts it; whoever does wants its end.
      ending = true;
    }
  }

  private void write(List<AccessEntry> batch) {
    if (batch.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder(batch.size() * LINE);
    for (AccessEntry entry : batch) {
      format.append(lines, entry);
    }
    try {
      reopen();
      ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(US_ASCII));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      dropped.addAndGet(batch.size());
      failures++;
      LOGGER.debug("access log {}", path, e);
    }
  }

  /** A file that was moved away, by what rotates logs, is made anew. */
  private void reopen() throws IOException {
    long now = System.nanoTime();
    if (file.isOpen() && now - checkedNanos < SECOND) {
      return;
    }
    checkedNanos = now;
    Object key = key(path);
    if (!file.isOpen() || key == null || !key.equals(fileKey)) {
      FileChannel fresh = append(path);
      closeFile();
      file = fresh;
      fileKey = key(path);
    }
  }

  private void report() {
    long now = System.nanoTime();
    if (dropped.get() > 0 && now - reportedNanos >= SECOND) {
      reportedNanos = now;
      LOGGER.warn(
          "access log {}: {} lines dropped (expected: a disk that takes them{})",
          path,
          dropped.getAndSet(0),
          failures > 0 ? ", " + failures + " writes failed" : "");
      failures = 0;
    }
  }

  private void closeFile() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what waits, for a second at most, and ends. */
  @Override
  public void close() {
    ending = true;
    // With a full queue it is awake.
    boolean woken = queue.offer(END);
    LOGGER.debug("access log {} ends{}", path, woken ? "" : ", its queue is full");
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
