// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.OutboundFile;
import io.swoole4j.internal.net.WaitEnd;
import io.swoole4j.internal.worker.WorkerContext;
import io.swoole4j.spi.Arguments;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The ways to send to a connection that was open a moment ago. Any thread. */
final class Sending {
  private static final Set<StandardOpenOption> READING = Set.of(StandardOpenOption.READ);

  private final Engine engine;
  private final LastError lastError;
  private final int limit;
  private final boolean yields;
  private final long timeoutNanos;

  /**
   * What sends for one server.
   *
   * @param engine the server's engine
   * @param lastError notes why something was not sent
   * @param limit the most bytes of one send
   * @param yields whether a send that finds no room waits for it where it may
   * @param timeoutSeconds how long anybody waits at most
   */
  Sending(Engine engine, LastError lastError, int limit, boolean yields, double timeoutSeconds) {
    this.engine = engine;
    this.lastError = lastError;
    this.limit = limit;
    this.yields = yields;
    this.timeoutNanos = (long) (timeoutSeconds * TimeUnit.SECONDS.toNanos(1));
  }

  static byte[] bytes(@Nullable String text) {
    return Arguments.require("text", text, "text").getBytes(StandardCharsets.UTF_8);
  }

  /** Whether so many bytes may be sent at once; notes why not. */
  boolean takes(int bytes) {
    if (bytes == 0) {
      return lastError.fail(ErrorCode.NO_PAYLOAD);
    }
    return bytes <= limit || lastError.fail(ErrorCode.OUTPUT_TOO_LARGE);
  }

  /** Sends, and waits for room with send_yield, where a thread may wait. */
  boolean send(Connection connection, byte[] data) {
    return takes(data.length)
        && (connection.output().send(data) || sendWhenRoom(connection, data))
        && passed(connection);
  }

  /** Sends and waits until the kernel has it. */
  boolean sendAndWait(Connection connection, byte[] data) {
    return takes(data.length) && untilTaken(connection, data) && passed(connection);
  }

  /** Sends a part of a file; a length of 0 is up to its end. */
  boolean file(Connection connection, Path path, long offset, long length) {
    OutboundFile file = open(path, offset, length);
    return file != null
        && (connection.output().send(file) || lastError.fail(ErrorCode.OUTPUT_BUFFER_FULL))
        && passed(connection);
  }

  /** Tells the protocol of a connection that something was sent past it. */
  private static boolean passed(Connection connection) {
    if (connection.attachment() instanceof SessionBridge session) {
      session.bypassed();
    }
    return true;
  }

  private boolean sendWhenRoom(Connection connection, byte[] data) {
    if (!mayYield()) {
      return lastError.fail(ErrorCode.OUTPUT_BUFFER_FULL);
    }
    WaitEnd end = connection.output().sendWhenRoom(data, timeoutNanos);
    return end == WaitEnd.DONE || fail(connection, end, ErrorCode.OUTPUT_BUFFER_FULL);
  }

  private boolean untilTaken(Connection connection, byte[] data) {
    if (engine.isEventLoop()) {
      return atOnce(connection, data);
    }
    long until = System.nanoTime() + timeoutNanos;
    WaitEnd queued = connection.output().sendWhenRoom(data, timeoutNanos);
    if (queued != WaitEnd.DONE) {
      return fail(connection, queued, ErrorCode.OUTPUT_BUFFER_FULL);
    }
    WaitEnd taken = connection.output().awaitTaken(until - System.nanoTime());
    return taken == WaitEnd.DONE || fail(connection, taken, ErrorCode.TIMED_OUT);
  }

  private boolean fail(Connection connection, WaitEnd end, ErrorCode whenLate) {
    if (!connection.isOpen()) {
      return lastError.fail(Sessions.whyNot(engine, connection, connection.fd()));
    }
    // A socket that is broken already may belong to a session that does not know it yet.
    return lastError.fail(end == WaitEnd.CLOSED ? ErrorCode.SESSION_CLOSED_BY_CLIENT : whenLate);
  }

  /**
   * On an event loop, which must not wait: only a worker of BASE mode may send, to a client of its
   * own that has taken everything so far.
   */
  private boolean atOnce(Connection connection, byte[] data) {
    if (!connection.output().isOnOwnWorker() || !connection.output().flushNow()) {
      throw new IllegalStateException(
          "sendwait: on "
              + Thread.currentThread().getName()
              + " (expected: a thread that may wait, not an event loop)");
    }
    if (!connection.output().send(data)) {
      return lastError.fail(ErrorCode.OUTPUT_BUFFER_FULL);
    }
    connection.output().flushNow();
    return true;
  }

  /** The thread of a worker whose callbacks run on others hands these over, and must not wait. */
  private boolean mayYield() {
    WorkerContext context = WorkerContext.current();
    boolean handsOver =
        context != null
            && context.worker().runsApart()
            && context.worker().thread() == Thread.currentThread();
    return yields && !handsOver && !engine.isEventLoop();
  }

  /** Waits for room if a send that found none may do that. */
  boolean awaitRoom(Connection connection) {
    if (!mayYield()) {
      return lastError.fail(ErrorCode.OUTPUT_BUFFER_FULL);
    }
    WaitEnd end = connection.output().awaitTaken(timeoutNanos);
    return (end == WaitEnd.DONE && connection.isOpen())
        || fail(connection, end, ErrorCode.OUTPUT_BUFFER_FULL);
  }

  /** Opens a part of a file; null, and the reason noted, when that cannot be. */
  @Nullable OutboundFile open(Path path, long offset, long length) {
    if (path.getFileSystem() != FileSystems.getDefault()) {
      throw new IllegalArgumentException(
          "file: " + path + " (expected: one of the operating system's file system)");
    }
    if (path.toString().isEmpty()) {
      // The JDK takes it for the working directory, and not always for a directory.
      return none(ErrorCode.FILE_NOT_EXIST);
    }
    FileChannel file = null;
    try {
      File named = path.toFile();
      if (!named.isFile() && named.exists()) {
        return none(ErrorCode.NOT_REGULAR_FILE);
      }
      file = FileChannel.open(path, READING);
      long size = file.size();
      if (offset < 0 || length < 0 || offset > size || length > size - offset) {
        return none(ErrorCode.INVALID_PARAMS);
      }
      long part = length == 0 ? size - offset : length;
      if (part == 0) {
        return none(ErrorCode.FILE_EMPTY);
      }
      OutboundFile outbound = new OutboundFile(path, file, offset, part);
      file = null;
      return outbound;
    } catch (NoSuchFileException e) {
      return none(ErrorCode.FILE_NOT_EXIST);
    } catch (IOException e) {
      return none(ErrorCode.FILE_UNREADABLE);
    } finally {
      close(file);
    }
  }

  private @Nullable OutboundFile none(ErrorCode why) {
    lastError.fail(why);
    return null;
  }

  private static void close(@Nullable FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
