// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a pool on its way from the first byte of its packet to the last of the answer, which
 * never waits. Used by the worker's main thread.
 */
final class PoolClient {
  /** How long a client may take for its packet, and for taking the answer. */
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int PART_BYTES = 64 << 10;

  private final Socket socket;
  private final int maxBytes;
  private final LongSupplier clock;
  private final long since;
  private long deadline;

  /** The length in front, then the packet; grows with what has come. */
  private byte[] data = new byte[Integer.BYTES];

  private int length = Integer.BYTES;
  private int read;
  private boolean knowsLength;
  private byte @Nullable [] answer;
  private int written;

  /**
   * A client that has just come.
   *
   * @param socket its connection
   * @param maxBytes how long its packet may be
   * @param clock as {@link System#nanoTime}
   */
  PoolClient(Socket socket, int maxBytes, LongSupplier clock) {
    this.socket = socket;
    this.maxBytes = maxBytes;
    this.clock = clock;
    since = clock.getAsLong();
    deadline = since + LIMIT_NANOS;
  }

  Socket socket() {
    return socket;
  }

  /** When it came, by the clock. */
  long since() {
    return since;
  }

  /** When it is let go. */
  long deadline() {
    return deadline;
  }

  /** Gives it more time: it could not be served meanwhile. */
  void postpone(long nanos) {
    deadline += nanos;
  }

  /** Whether it has its answer to take, and nothing to say any more. */
  boolean isAnswered() {
    return answer != null;
  }

  /** Its packet, once that is whole and not answered. */
  byte @Nullable [] packet() {
    return knowsLength && read == length && !isAnswered() ? data : null;
  }

  /** Reads or writes as much as there is or there is room for; false at its end. */
  boolean goOn() {
    try {
      return isAnswered() ? writeOn() : readOn();
    } catch (ErrnoException e) {
      return e.errno() == Errno.EAGAIN;
    }
  }

  private boolean readOn() throws ErrnoException {
    byte[] part = new byte[Math.min(PART_BYTES, length - read)];
    while (read < length) {
      int count = socket.receive(part, false);
      if (count == 0) {
        return false;
      }
      take(part, count);
      if (read == length && !knowsLength) {
        int told = ByteBuffer.wrap(data).getInt();
        if (told < 1 || told > maxBytes) {
          return false;
        }
        knowsLength = true;
        length = told;
        read = 0;
        data = new byte[Math.min(told, PART_BYTES)];
      }
      part = new byte[Math.min(PART_BYTES, length - read)];
    }
    return true;
  }

  private void take(byte[] part, int count) {
    if (read + count > data.length) {
      data = Arrays.copyOf(data, Math.min(length, Math.max(data.length * 2, read + count)));
    }
    System.arraycopy(part, 0, data, read, count);
    read += count;
  }

  /** Begins to answer; false if that is done already. */
  boolean answer(byte[] bytes) {
    answer = bytes;
    data = new byte[0];
    deadline = clock.getAsLong() + LIMIT_NANOS;
    return goOn();
  }

  private boolean writeOn() throws ErrnoException {
    byte[] bytes = answer;
    while (bytes != null && written < bytes.length) {
      int end = Math.min(bytes.length, written + PART_BYTES);
      written += socket.send(Arrays.copyOfRange(bytes, written, end), 0, false);
    }
    socket.shutdown(Posix.SHUT_WR);
    return false;
  }

  void close() {
    socket.release();
  }
}
