// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A blocking TCP client without any protocol, for which every call ends within a time limit.
 *
 * <p>One thread may read while another writes. Expectations that are not met, and the limit, are
 * {@link AssertionError}s; errors of the socket are {@link UncheckedIOException}s. It stands on a
 * channel instead of a socket because a socket's write cannot be bounded.
 */
public final class RawClient implements AutoCloseable {

  private final SocketChannel channel;
  private final Duration timeout;
  private final Readiness readable = new Readiness(SelectionKey.OP_READ);
  private final Readiness writable = new Readiness(SelectionKey.OP_WRITE);

  private RawClient(SocketChannel channel, Duration timeout) {
    this.channel = channel;
    this.timeout = timeout;
  }

  /** Connects to a port of 127.0.0.1 with the defaults of {@link #to}. */
  public static RawClient connect(int port) {
    return to("127.0.0.1", port).connect();
  }

  /** Connects with the defaults of {@link #to}. */
  public static RawClient connect(String host, int port) {
    return to(host, port).connect();
  }

  /** Prepares a client: limit 30 seconds per call, no delay of small writes, kernel's buffers. */
  public static Builder to(String host, int port) {
    return new Builder(new InetSocketAddress(host, port));
  }

  /** Writes all bytes; fails if the peer does not take them within the limit. */
  public RawClient send(byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    long deadline = deadline(timeout);
    try {
      while (source.hasRemaining()) {
        if (channel.write(source) == 0 && !writable.await(channel, deadline)) {
          throw failure("send: " + source.position() + " of " + bytes.length + " bytes taken");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Writes the text in UTF-8. */
  public RawClient send(String text) {
    return send(text.getBytes(UTF_8));
  }

  /** Writes the text unless the peer, which is about to close the connection, was faster. */
  public RawClient sendIfOpen(String text) {
    try {
      return send(text);
    } catch (UncheckedIOException e) {
      return this;
    }
  }

  /** Writes the bytes in pieces of {@code size} (the last may be shorter), one write for each. */
  public RawClient sendSlices(byte[] bytes, int size) {
    for (int from = 0; from < bytes.length; from += size) {
      send(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
    }
    return this;
  }

  /**
   * Writes {@code chunk} again and again until the peer has taken nothing for {@code quiet}.
   *
   * @param limit fails if the peer takes this many bytes
   * @return the number of bytes that the peer and the buffers in between have taken; the last chunk
   *     may have gone out in part
   */
  public long sendUntilBlocked(byte[] chunk, Duration quiet, long limit) {
    long taken = 0;
    ByteBuffer source = ByteBuffer.wrap(chunk);
    try {
      while (taken < limit) {
        int written = channel.write(source);
        if (written == 0 && !writable.await(channel, deadline(quiet))) {
          return taken;
        }
        taken += written;
        if (!source.hasRemaining()) {
          source.rewind();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw failure("send: " + taken + " bytes taken (expected: blocked before " + limit + ")");
  }

  /** Reads exactly {@code count} bytes; fails at the limit or at an earlier end of the stream. */
  public byte[] readExactly(int count) {
    ByteBuffer target = ByteBuffer.allocate(count);
    long deadline = deadline(timeout);
    while (target.hasRemaining()) {
      int read = read(target, deadline);
      if (read <= 0) {
        throw failure(
            "read: "
                + target.position()
                + " bytes, then "
                + (read < 0 ? "end of stream" : "nothing")
                + " (expected: "
                + count
                + " bytes): "
                + preview(target.array(), target.position()));
      }
    }
    return target.array();
  }

  /** Reads exactly {@code byteCount} bytes of UTF-8. */
  public String readText(int byteCount) {
    return new String(readExactly(byteCount), UTF_8);
  }

  /** Reads up to and including {@code delimiter}, as UTF-8, and nothing behind it. */
  public String readUntil(String delimiter) {
    byte[] end = delimiter.getBytes(UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] last = new byte[end.length];
    while (!Arrays.equals(last, end)) {
      byte next = readExactly(1)[0];
      all.write(next);
      System.arraycopy(last, 1, last, 0, last.length - 1);
      last[last.length - 1] = next;
    }
    return all.toString(UTF_8);
  }

  /** Reads all that comes until the peer ends the stream, which has to happen within the limit. */
  public byte[] readUntilEof() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    readUntilEof(all);
    return all.toByteArray();
  }

  /** The same where the peer may reset the connection instead: what came before that is there. */
  public byte[] readUntilClosed() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      readUntilEof(all);
    } catch (UncheckedIOException e) {
      requireReset(e);
    }
    return all.toByteArray();
  }

  private void readUntilEof(ByteArrayOutputStream all) {
    ByteBuffer target = ByteBuffer.allocate(64 * 1024);
    long deadline = deadline(timeout);
    while (true) {
      int read = read(target, deadline);
      if (read < 0) {
        return;
      }
      if (read == 0) {
        throw failure("read: " + all.size() + " bytes, then nothing (expected: end of stream)");
      }
      all.write(target.array(), 0, target.position());
      target.clear();
    }
  }

  /** Fails unless the peer ends the stream in good order without sending another byte. */
  public void expectEof() {
    byte[] rest = readUntilEof();
    if (rest.length > 0) {
      throw failure("read: " + preview(rest, rest.length) + " (expected: end of stream)");
    }
  }

  /** Fails unless the peer resets the connection; bytes that come before that are dropped. */
  public void expectReset() {
    try {
      byte[] rest = readUntilEof();
      throw failure("read: " + rest.length + " bytes and end of stream (expected: reset)");
    } catch (UncheckedIOException e) {
      requireReset(e);
    }
  }

  /** Fails unless the peer ends or resets the connection; bytes that come before are dropped. */
  public void expectClosed() {
    try {
      readUntilEof();
    } catch (UncheckedIOException e) {
      requireReset(e);
    }
  }

  /** Fails if the peer sends a byte, or ends or resets the connection, within {@code duration}. */
  public void expectNothing(Duration duration) {
    ByteBuffer target = ByteBuffer.allocate(1024);
    int read = read(target, deadline(duration));
    if (read != 0) {
      throw failure(
          "read: "
              + (read < 0 ? "end of stream" : preview(target.array(), read))
              + " (expected: nothing for "
              + duration
              + ")");
    }
  }

  /** Ends the stream towards the peer; the other direction stays open. */
  public RawClient shutdownOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Closes with a reset (RST) instead of an end of stream. */
  public void abort() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
  }

  /** The port of this side. */
  public int localPort() {
    return address(true).getPort();
  }

  /** The port of the peer. */
  public int remotePort() {
    return address(false).getPort();
  }

  /** The numeric address of this side. */
  public String localIp() {
    return address(true).getAddress().getHostAddress();
  }

  /** Closes in good order, unless received bytes are unread: then the kernel sends a reset. */
  @Override
  public void close() {
    try (channel;
        writable;
        readable) {
      // the selectors go first: the kernel's socket stays open as long as one of them holds it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "RawClient[" + channel + "]";
  }

  /** Returns the number of bytes read, 0 once the deadline has passed, -1 at the end. */
  private int read(ByteBuffer target, long deadline) {
    try {
      int read = channel.read(target);
      while (read == 0 && readable.await(channel, deadline)) {
        read = channel.read(target);
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireReset(UncheckedIOException failure) {
    String message = String.valueOf(failure.getMessage());
    if (!message.contains("reset")) {
      throw new AssertionError("read: " + message + " (expected: reset) in " + this, failure);
    }
  }

  private InetSocketAddress address(boolean local) {
    try {
      return (InetSocketAddress) (local ? channel.getLocalAddress() : channel.getRemoteAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AssertionError failure(String message) {
    return new AssertionError(message + " in " + this + ", limit " + timeout);
  }

  private static String preview(byte[] bytes, int length) {
    int shown = Math.min(length, 64);
    String dots = shown < length ? "..." : "";
    return length + " bytes \"" + new String(bytes, 0, shown, UTF_8) + dots + "\"";
  }

  private static long deadline(Duration limit) {
    return System.nanoTime() + limit.toNanos();
  }

  /** What to set before connecting. */
  public static final class Builder {

    private final InetSocketAddress remote;
    private Duration timeout = Duration.ofSeconds(30);
    private @Nullable String localIp;
    private int receiveBuffer;
    private int sendBuffer;

    private Builder(InetSocketAddress remote) {
      this.remote = remote;
    }

    /** The limit of each call. */
    public Builder timeout(Duration limit) {
      timeout = limit;
      return this;
    }

    /** Asks the kernel for a receive buffer of that many bytes: the mark of a slow reader. */
    public Builder receiveBuffer(int bytes) {
      receiveBuffer = bytes;
      return this;
    }

    /** Asks the kernel for a send buffer of that many bytes. */
    public Builder sendBuffer(int bytes) {
      sendBuffer = bytes;
      return this;
    }

    /** Connects from that address, for instance 127.0.0.2. */
    public Builder localIp(String ip) {
      localIp = ip;
      return this;
    }

    /** Connects; a refusal is an {@link UncheckedIOException} with the socket's as its cause. */
    public RawClient connect() {
      try {
        SocketChannel channel = SocketChannel.open();
        try {
          configure(channel);
          channel.socket().connect(remote, Math.toIntExact(timeout.toMillis()));
          channel.configureBlocking(false);
          return new RawClient(channel, timeout);
        } catch (IOException | RuntimeException e) {
          channel.close();
          throw e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("connect to " + remote, e);
      }
    }

    private void configure(SocketChannel channel) throws IOException {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (receiveBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      if (sendBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, sendBuffer);
      }
      if (localIp != null) {
        channel.bind(new InetSocketAddress(localIp, 0));
      }
    }
  }
}
