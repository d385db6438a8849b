// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.Socket;
import io.swoole4j.error.ErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way out through one datagram socket: straight to the kernel on the calling thread, which
 * never blocks. So nothing queues here, and the caller learns what the kernel says. Safe from any
 * thread.
 */
abstract class DatagramSocket {
  /** Any failure that has no better number. */
  private static final int EIO = 5;

  private static final int ENOENT = 2;

  private static final int ECONNREFUSED = 111;

  /** The JDK gives no number, only the operating system's text. The numbers are Linux's. */
  private static final List<Map.Entry<String, Integer>> ERRNO_BY_TEXT =
      List.of(
          Map.entry("not permitted", 1),
          Map.entry("permission denied", 13),
          Map.entry("invalid argument", 22),
          Map.entry("message too long", 90),
          Map.entry("assign requested address", 99),
          Map.entry("network is unreachable", 101),
          Map.entry("no buffer space", 105),
          Map.entry("connection refused", ECONNREFUSED),
          Map.entry("no route to host", 113));

  private static final int CLOSED = Integer.MIN_VALUE;

  /** Threads inside a send; negative once closed. A descriptor must not be closed under them. */
  private final AtomicInteger users = new AtomicInteger();

  /** Sends to an internet address. */
  final int send(byte[] data, InetSocketAddress to) {
    return guarded(() -> toKernel(data, to), data.length);
  }

  /** Sends to the path of a Unix socket. */
  final int send(byte[] data, String path) {
    return guarded(() -> toKernel(data, path), data.length);
  }

  @FunctionalInterface
  private interface Send {
    int run() throws IOException;
  }

  /** Answers 0, or why it was not sent: one of our codes or the operating system's. */
  private int guarded(Send send, int length) {
    try {
      if (users.getAndIncrement() < 0) {
        return ErrorCode.OPERATION_NOT_SUPPORTED.code();
      }
      int sent = send.run();
      return sent == 0 && length > 0 ? ErrorCode.OUTPUT_BUFFER_FULL.code() : 0;
    } catch (IOException e) {
      return errno(e);
    } finally {
      users.decrementAndGet();
    }
  }

  /** Waits until no thread is inside a send, which takes no longer than the kernel does. */
  final void close() {
    if (users.getAndAdd(CLOSED) < 0) {
      users.addAndGet(-CLOSED);
      return;
    }
    while (users.get() != CLOSED) {
      Thread.onSpinWait();
    }
  }

  private static int errno(IOException failure) {
    if (failure instanceof NativeIoException known) {
      return -known.expectedErr();
    }
    if (failure instanceof PortUnreachableException) {
      return ECONNREFUSED;
    }
    if (failure instanceof FileNotFoundException) {
      return ENOENT;
    }
    String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return ERRNO_BY_TEXT.stream()
        .filter(entry -> text.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(EIO);
  }

  abstract int toKernel(byte[] data, InetSocketAddress to) throws IOException;

  abstract int toKernel(byte[] data, String path) throws IOException;

  /** Through Netty's native transports. */
  static DatagramSocket of(Socket socket) {
    return new DatagramSocket() {
      @Override
      int toKernel(byte[] data, InetSocketAddress to) throws IOException {
        ByteBuf copy = copy(data);
        try {
          ByteBuffer bytes = copy.internalNioBuffer(0, data.length);
          return socket.sendTo(
              bytes, bytes.position(), bytes.limit(), to.getAddress(), to.getPort());
        } finally {
          copy.release();
        }
      }

      @Override
      int toKernel(byte[] data, String path) throws IOException {
        ByteBuf copy = copy(data);
        try {
          ByteBuffer bytes = copy.internalNioBuffer(0, data.length);
          return socket.sendToDomainSocket(
              bytes, bytes.position(), bytes.limit(), path.getBytes(StandardCharsets.UTF_8));
        } finally {
          copy.release();
        }
      }

      private ByteBuf copy(byte[] data) {
        return PooledByteBufAllocator.DEFAULT
            .directBuffer(Math.max(data.length, 1))
            .writeBytes(data);
      }
    };
  }

  /** Through the JDK, which has no datagrams over Unix sockets. */
  static DatagramSocket of(DatagramChannel channel) {
    return new DatagramSocket() {
      @Override
      int toKernel(byte[] data, InetSocketAddress to) throws IOException {
        return channel.send(ByteBuffer.wrap(data), to);
      }

      @Override
      int toKernel(byte[] data, String path) {
        throw new IllegalStateException("path: " + path + " (expected: an internet address)");
      }
    };
  }
}
