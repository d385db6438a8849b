// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file on its way out: given to the kernel as a whole, or read piece by piece where
 * something has to be done to the bytes. Holds one descriptor until it is closed, which happens
 * once. Made by any thread, then owned by the event loop.
 */
public final class OutboundFile {
  private final Path path;
  private final FileChannel file;
  private long position;
  private long remaining;
  private @Nullable Runnable onClose;
  private boolean closed;

  /**
   * A part of an open file.
   *
   * @param path its name, for people
   * @param file the file, closed by this
   * @param position where the part begins
   * @param length how long it is
   */
  public OutboundFile(Path path, FileChannel file, long position, long length) {
    this.path = path;
    this.file = file;
    this.position = position;
    this.remaining = length;
  }

  void onClose(Runnable callback) {
    onClose = callback;
  }

  /**
   * Bytes not read yet.
   *
   * @return how many
   */
  public long remaining() {
    return remaining;
  }

  /** All of it, to be copied by the kernel; closes this when it is written or given up. */
  FileRegion region() {
    return new DefaultFileRegion(file, position, remaining) {
      @Override
      protected void deallocate() {
        close();
      }
    };
  }

  /**
   * The next piece. On the event loop.
   *
   * @param allocator makes the buffer
   * @param most how many bytes at most
   * @return the piece
   * @throws IOException if the file cannot be read, or has become shorter than what was promised
   */
  public ByteBuf read(ByteBufAllocator allocator, int most) throws IOException {
    int wanted = (int) Math.min(most, remaining);
    // It is meant for a handler, and would close the file.
    boolean interrupted = Thread.interrupted();
    ByteBuf piece = allocator.ioBuffer(wanted);
    try {
      while (piece.readableBytes() < wanted) {
        int read = piece.writeBytes(file, position, wanted - piece.readableBytes());
        if (read < 0) {
          throw new EOFException("file ends at " + position + ", " + remaining + " bytes early");
        }
        position += read;
        remaining -= read;
      }
    } catch (IOException | RuntimeException e) {
      piece.release();
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return piece;
  }

  /** Lets go of the descriptor. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Runnable callback = onClose;
    if (callback != null) {
      callback.run();
    }
    try {
      file.close();
    } catch (IOException e) {
      // The descriptor is gone in any case, and nothing was written to the file.
      closed = true;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
