// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import java.time.Duration;
import java.util.Arrays;

/**
 * An end of a pipe with everything it can do. It waits in slices, so that a time limit and an
 * interrupt of the waiting thread are seen. Any thread.
 */
public final class SocketPipe implements Pipe {
  private static final Duration SLICE = Duration.ofMillis(200);

  private final Socket socket;
  private final boolean stream;
  private final Eagerness eagerness = new Eagerness();
  private volatile boolean blocking = true;

  /** 0 for no limit. */
  private volatile long timeoutNanos;

  /**
   * An end of a pipe.
   *
   * @param socket its socket
   * @param stream whether it has no boundaries between messages
   */
  public SocketPipe(Socket socket, boolean stream) throws ErrnoException {
    this.socket = socket;
    this.stream = stream;
    socket.timeout(SLICE, SLICE);
  }

  private SocketPipe(SocketPipe other) {
    socket = other.socket;
    stream = other.stream;
  }

  /** The same end once more, to wait there as long as others like. */
  public SocketPipe unlimited() {
    return new SocketPipe(this);
  }

  /** What it consists of. */
  public Socket socket() {
    return socket;
  }

  /** How long calls wait at most; zero for without end. */
  public void timeout(Duration limit) {
    timeoutNanos = limit.toNanos();
  }

  /** Whether calls wait. */
  public void blocking(boolean wait) {
    blocking = wait;
  }

  @Override
  public int fd() {
    return socket.fd();
  }

  /** When a call that begins now has waited long enough. */
  private long deadline() {
    return timeoutNanos == 0 ? Long.MAX_VALUE : System.nanoTime() + timeoutNanos;
  }

  /** Whether to try again after a slice without success. */
  private boolean goesOn(ErrnoException failure, long deadline) throws ErrnoException {
    if (failure.errno() != Errno.EAGAIN || !blocking) {
      return false;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ErrnoException("pipe", Errno.EINTR);
    }
    return deadline == Long.MAX_VALUE || deadline - System.nanoTime() > 0;
  }

  @Override
  public int write(byte[] data) throws ErrnoException {
    long deadline = deadline();
    int written = 0;
    while (written < data.length) {
      try {
        written += socket.send(data, written, blocking);
      } catch (ErrnoException e) {
        if (!goesOn(e, deadline)) {
          if (written > 0 && e.errno() == Errno.EAGAIN) {
            break;
          }
          throw e;
        }
      }
      if (!stream && written > 0) {
        break;
      }
    }
    return written;
  }

  @Override
  public byte[] read(int bufferSize) throws ErrnoException {
    byte[] buffer = new byte[bufferSize];
    int received = blocking ? receiveEagerly(buffer) : Socket.NOTHING;
    return Arrays.copyOf(buffer, received == Socket.NOTHING ? receive(buffer) : received);
  }

  /** What comes while it is looked for, if it is. */
  private int receiveEagerly(byte[] buffer) throws ErrnoException {
    int[] received = {Socket.NOTHING};
    boolean found =
        eagerness.find(
            () -> {
              received[0] = socket.receiveNow(buffer);
              return received[0] != Socket.NOTHING;
            });
    return found ? received[0] : Socket.NOTHING;
  }

  private int receive(byte[] buffer) throws ErrnoException {
    long deadline = deadline();
    long since = System.nanoTime();
    while (true) {
      try {
        int received = socket.receive(buffer, blocking);
        eagerness.waited(System.nanoTime() - since);
        return received;
      } catch (ErrnoException e) {
        if (!goesOn(e, deadline)) {
          throw e;
        }
      }
    }
  }

  @Override
  public void endWriting() throws ErrnoException {
    socket.shutdown(Posix.SHUT_WR);
  }

  @Override
  public void endReading() throws ErrnoException {
    socket.shutdown(Posix.SHUT_RD);
  }

  @Override
  public void close() {
    socket.close();
  }
}
