// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Socket;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The child's end of its pipe, which makes do with the JDK until something is asked for that needs
 * the C library. Any thread.
 */
public final class ChildPipe implements Pipe, Eagerness.Look<IOException> {
  /** The JDK tells the text of an error, not its number. */
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "broken pipe", Errno.EPIPE,
          "connection reset", Errno.ECONNRESET,
          "message too long", Errno.EMSGSIZE,
          "bad file descriptor", Errno.EBADF,
          "stream closed", Errno.EBADF,
          "resource temporarily unavailable", Errno.EAGAIN);

  private static final int EIO = 5;

  private final int fd;
  private final boolean stream;
  private final FileInputStream in;
  private final FileOutputStream out;
  private final Eagerness eagerness = new Eagerness();
  private volatile @Nullable SocketPipe whole;

  /**
   * The end of a pipe.
   *
   * @param fd its descriptor
   * @param stream whether it has no boundaries between messages
   */
  public ChildPipe(int fd, boolean stream) {
    this.fd = fd;
    this.stream = stream;
    in = ChildDescriptors.in(fd);
    out = ChildDescriptors.out(fd);
  }

  /** Everything it can do, from now on through the C library. */
  public synchronized SocketPipe whole() throws ErrnoException {
    SocketPipe pipe = whole;
    if (pipe == null) {
      pipe = new SocketPipe(new Socket(fd), stream);
      whole = pipe;
    }
    return pipe;
  }

  @Override
  public int fd() {
    return fd;
  }

  @Override
  public int write(byte[] data) throws ErrnoException {
    SocketPipe pipe = whole;
    if (pipe != null) {
      return pipe.write(data);
    }
    try {
      out.write(data);
      return data.length;
    } catch (IOException e) {
      throw translate("write", e);
    }
  }

  @Override
  public byte[] read(int bufferSize) throws ErrnoException {
    SocketPipe pipe = whole;
    if (pipe != null) {
      return pipe.read(bufferSize);
    }
    byte[] buffer = new byte[bufferSize];
    try {
      if (eagerness.find(this)) {
        return Arrays.copyOf(buffer, Math.max(0, in.read(buffer)));
      }
      long since = System.nanoTime();
      byte[] data = Arrays.copyOf(buffer, Math.max(0, in.read(buffer)));
      eagerness.waited(System.nanoTime() - since);
      return data;
    } catch (IOException e) {
      throw translate("read", e);
    }
  }

  /** Itself, as the first lambda of a JVM takes long. */
  @Override
  public boolean found() throws IOException {
    return in.available() > 0;
  }

  private static ErrnoException translate(String call, IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    int errno =
        NUMBERS.entrySet().stream()
            .filter(entry -> text.startsWith(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(EIO);
    ErrnoException failure = new ErrnoException(call, errno);
    failure.initCause(e);
    return failure;
  }

  @Override
  public void endWriting() throws ErrnoException {
    whole().endWriting();
  }

  @Override
  public void endReading() throws ErrnoException {
    whole().endReading();
  }

  @Override
  public void close() {
    try {
      whole().close();
    } catch (ErrnoException e) {
      // closed before
    }
  }
}
