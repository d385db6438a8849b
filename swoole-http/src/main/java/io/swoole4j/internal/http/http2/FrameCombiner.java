// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies small pieces of frames together until they are flushed: the codec makes four buffers of a
 * short response, each of which costs the channel and the kernel more than its bytes. Owned by the
 * connection's event loop.
 */
final class FrameCombiner extends ChannelOutboundHandlerAdapter {
  /** Larger pieces leave as they are. */
  private static final int LARGEST_PIECE = 4 * 1024;

  private static final int LEAST_CAPACITY = 128;
  private static final int MAX_CAPACITY = 16 * 1024;

  private @Nullable ByteBuf gathered;
  private List<ChannelPromise> promises = new ArrayList<>();

  /** As much as was gathered last: a buffer that waits for the client takes no more than it has. */
  private int capacity = LEAST_CAPACITY;

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf piece && piece.readableBytes() <= LARGEST_PIECE) {
      gather(context, piece, promise);
    } else {
      writeGathered(context);
      context.write(message, promise);
    }
  }

  private void gather(ChannelHandlerContext context, ByteBuf piece, ChannelPromise promise) {
    try {
      ByteBuf to = gathered;
      if (to != null && to.maxWritableBytes() < piece.readableBytes()) {
        writeGathered(context);
        to = null;
      }
      if (to == null) {
        gathered = to = context.alloc().ioBuffer(capacity, MAX_CAPACITY);
      }
      to.writeBytes(piece);
      promises.add(promise);
    } finally {
      piece.release();
    }
  }

  private void writeGathered(ChannelHandlerContext context) {
    ByteBuf bytes = gathered;
    if (bytes == null) {
      return;
    }
    capacity = Math.max(LEAST_CAPACITY, bytes.readableBytes());
    gathered = null;
    Parts parts = new Parts(promises);
    promises = new ArrayList<>();
    context.write(bytes, context.newPromise().addListener(parts));
  }

  /** Tells those who wrote the pieces what has become of the whole. */
  private record Parts(List<ChannelPromise> promises) implements ChannelFutureListener {
    @Override
    public void operationComplete(ChannelFuture future) {
      Throwable cause = future.cause();
      for (ChannelPromise promise : promises) {
        if (cause == null) {
          promise.trySuccess();
        } else {
          promise.tryFailure(cause);
        }
      }
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    writeGathered(context);
    context.flush();
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    writeGathered(context);
    context.close(promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    writeGathered(context);
  }
}
