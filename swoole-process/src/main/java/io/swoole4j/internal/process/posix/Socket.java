// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A socket of this process, of which programs that are started get nothing unless they are given
 * it. Any thread; it is closed once nobody is inside a call any more.
 */
public final class Socket implements AutoCloseable {
  /** What {@link #receiveNow} answers when there is nothing yet. */
  public static final int NOTHING = -1;

  /** Where in {@code struct pollfd}. */
  private static final long EVENTS = 4;

  private static final long RETURNED = 6;

  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over a descriptor. */
  public Socket(int fd) {
    this.fd = fd;
  }

  /** Two sockets that are connected to each other. */
  public record Pair(Socket ours, Socket theirs) implements AutoCloseable {
    /**
     * Makes a pair.
     *
     * @param type {@link Posix#SOCK_STREAM} or {@link Posix#SOCK_SEQPACKET}
     */
    public static Pair open(int type) throws ErrnoException {
      try (Memory pair = new Memory(2L * Integer.BYTES)) {
        Posix.check(
            "socketpair", Posix.socketpair(Posix.AF_UNIX, type | Posix.SOCK_CLOEXEC, 0, pair));
        return new Pair(new Socket(pair.getInt(0)), new Socket(pair.getInt(Integer.BYTES)));
      }
    }

    @Override
    public void close() {
      ours.close();
      theirs.close();
    }
  }

  /** Its number. */
  public int fd() {
    return fd;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed.get();
  }

  /** A call with the descriptor. */
  @FunctionalInterface
  private interface Call {
    long run() throws ErrnoException;
  }

  private long use(String name, Call call) throws ErrnoException {
    inUse.readLock().lock();
    try {
      if (closed.get()) {
        throw new ErrnoException(name, Errno.EBADF);
      }
      return call.run();
    } finally {
      inUse.readLock().unlock();
    }
  }

  /**
   * Sends.
   *
   * @param data what; a datagram goes as a whole
   * @param offset where it begins
   * @param wait whether to wait for room, within the time of {@link #timeout}
   * @return how many bytes went
   * @throws ErrnoException {@code EAGAIN} without room in time, {@code EPIPE} if the other end is
   *     closed, {@code EMSGSIZE} for a datagram that is too long
   */
  public int send(byte[] data, int offset, boolean wait) throws ErrnoException {
    byte[] part = offset == 0 ? data : Arrays.copyOfRange(data, offset, data.length);
    int flags = Posix.MSG_NOSIGNAL | (wait ? 0 : Posix.MSG_DONTWAIT);
    return (int)
        use(
            "send",
            () -> {
              while (true) {
                long sent = Posix.send(fd, part, part.length, flags);
                if (sent >= 0) {
                  return sent;
                }
                if (Posix.errno() != Errno.EINTR) {
                  throw new ErrnoException("send", Posix.errno());
                }
              }
            });
  }

  /**
   * Receives.
   *
   * @param buffer gets the bytes; what is left of a datagram is lost
   * @param wait whether to wait for some, within the time of {@link #timeout}
   * @return how many came; 0 at the end
   * @throws ErrnoException {@code EAGAIN} if none came in time
   */
  public int receive(byte[] buffer, boolean wait) throws ErrnoException {
    int flags = wait ? 0 : Posix.MSG_DONTWAIT;
    return (int)
        use(
            "recv",
            () -> {
              while (true) {
                long received = Posix.recv(fd, buffer, buffer.length, flags);
                if (received >= 0) {
                  return received;
                }
                if (Posix.errno() != Errno.EINTR) {
                  throw new ErrnoException("recv", Posix.errno());
                }
              }
            });
  }

  /**
   * Receives what is there.
   *
   * @param buffer as in {@link #receive}
   * @return how many bytes came, 0 at the end, or {@link #NOTHING}
   * @throws ErrnoException if there is another reason
   */
  public int receiveNow(byte[] buffer) throws ErrnoException {
    return (int)
        use(
            "recv",
            () -> {
              long received = Posix.recv(fd, buffer, buffer.length, Posix.MSG_DONTWAIT);
              if (received >= 0) {
                return received;
              }
              if (Posix.errno() == Errno.EAGAIN || Posix.errno() == Errno.EINTR) {
                return NOTHING;
              }
              throw new ErrnoException("recv", Posix.errno());
            });
  }

  /** How long calls wait from now on: zero for without end. */
  public void timeout(Duration receiving, Duration sending) throws ErrnoException {
    use(
        "setsockopt",
        () -> {
          set(Posix.SO_RCVTIMEO, receiving);
          set(Posix.SO_SNDTIMEO, sending);
          return 0;
        });
  }

  private void set(int option, Duration time) throws ErrnoException {
    try (Memory value = new Memory(2L * Long.BYTES)) {
      value.setLong(0, time.getSeconds());
      value.setLong(Long.BYTES, time.getNano() / 1000);
      Posix.check(
          "setsockopt", Posix.setsockopt(fd, Posix.SOL_SOCKET, option, value, (int) value.size()));
    }
  }

  /** Gives a program that is started a descriptor of its own. */
  public void passTo(Spawn spawn, int number) {
    spawn.descriptor(number, fd);
  }

  /** Ends reading, writing or both; whoever waits wakes up. */
  public void shutdown(int how) throws ErrnoException {
    use("shutdown", () -> Posix.check("shutdown", Posix.shutdown(fd, how)));
  }

  /** Waits until there is something to read, or the end; false when the time is over. */
  public boolean readable(Duration limit) throws ErrnoException {
    return !readable(List.of(this), limit).isEmpty();
  }

  /**
   * Waits until there is something to read from one of several, or its end.
   *
   * @param sockets whom to look at
   * @param limit how long to wait at most
   * @return the indexes of those that can be read, none when the time is over
   * @throws ErrnoException {@code EBADF} if one of them is closed
   */
  public static BitSet readable(List<Socket> sockets, Duration limit) throws ErrnoException {
    return ready(sockets, List.of(), limit);
  }

  /**
   * Waits until one of several can be read, or one of others written.
   *
   * @param readers whom to look at for something to read, or the end
   * @param writers whom to look at for room, or the end
   * @param limit how long to wait at most
   * @return the indexes of those that are ready, writers behind readers; none when the time is over
   * @throws ErrnoException {@code EBADF} if one of them is closed
   */
  public static BitSet ready(List<Socket> readers, List<Socket> writers, Duration limit)
      throws ErrnoException {
    List<Socket> sockets = new ArrayList<>(readers);
    sockets.addAll(writers);
    if (sockets.isEmpty()) {
      return new BitSet();
    }
    try (Memory descriptors = new Memory((long) sockets.size() * Long.BYTES)) {
      for (int i = 0; i < sockets.size(); i++) {
        long offset = (long) i * Long.BYTES;
        descriptors.setInt(offset, sockets.get(i).fd);
        descriptors.setShort(offset + EVENTS, i < readers.size() ? Posix.POLLIN : Posix.POLLOUT);
        descriptors.setShort(offset + RETURNED, (short) 0);
      }
      return locked(sockets, 0, () -> poll(sockets.size(), descriptors, limit));
    }
  }

  /** Keeps every socket from being closed meanwhile. */
  private static BitSet locked(List<Socket> sockets, int from, Poll poll) throws ErrnoException {
    if (from == sockets.size()) {
      return poll.run();
    }
    Socket socket = sockets.get(from);
    socket.inUse.readLock().lock();
    try {
      if (socket.isClosed()) {
        throw new ErrnoException("poll", Errno.EBADF);
      }
      return locked(sockets, from + 1, poll);
    } finally {
      socket.inUse.readLock().unlock();
    }
  }

  /** Looks at sockets. */
  @FunctionalInterface
  private interface Poll {
    BitSet run() throws ErrnoException;
  }

  private static BitSet poll(int count, Memory descriptors, Duration limit) throws ErrnoException {
    int millis = (int) Math.min(Integer.MAX_VALUE, limit.plusNanos(999_999).toMillis());
    BitSet ready = new BitSet();
    if (Posix.poll(descriptors, count, millis) < 0) {
      if (Posix.errno() == Errno.EINTR) {
        return ready;
      }
      throw new ErrnoException("poll", Posix.errno());
    }
    for (int i = 0; i < count; i++) {
      ready.set(i, descriptors.getShort((long) i * Long.BYTES + RETURNED) != 0);
    }
    return ready;
  }

  /** Ends the connection, which wakes whoever waits, and closes the descriptor. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Posix.shutdown(fd, Posix.SHUT_RDWR);
      closeDescriptor();
    }
  }

  /** Closes the descriptor of this process; those that others have of the socket stay. */
  public void release() {
    if (closed.compareAndSet(false, true)) {
      closeDescriptor();
    }
  }

  private void closeDescriptor() {
    inUse.writeLock().lock();
    try {
      Posix.close(fd);
    } finally {
      inUse.writeLock().unlock();
    }
  }
}
