// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes frames of output. What the client's window has no room for waits in the codec; of a file
 * only one piece does. Owned by the connection's event loop.
 */
final class OutputWriter {
  private static final Logger LOGGER = LoggerFactory.getLogger(OutputWriter.class);

  /** Bytes of a file that are read at a time. */
  private static final int PIECE = 64 * 1024;

  private final Http2Handler handler;
  private final ChannelHandlerContext context;

  OutputWriter(Http2Handler handler, ChannelHandlerContext context) {
    this.handler = handler;
    this.context = context;
  }

  void write(Output output, ChannelPromise promise) {
    if (output instanceof Output.Head head) {
      head(head, promise);
    } else if (output instanceof Output.Data data) {
      data(data, promise);
    } else if (output instanceof Output.File file) {
      file(file, promise);
    } else if (output instanceof Output.Open open) {
      open(open, promise);
    } else if (output instanceof Output.Reset reset) {
      reset(reset);
      promise.setSuccess();
    } else if (output instanceof Output.GoAway farewell) {
      handler.goAway(farewell.code(), farewell.debug());
      promise.setSuccess();
    } else if (output instanceof Output.Ping ping) {
      ChannelPromise sent = context.newPromise();
      sent.addListener((ChannelFutureListener) future -> settle(future, promise));
      handler.encoder().writePing(context, false, ping.data(), sent);
    }
  }

  private void open(Output.Open open, ChannelPromise promise) {
    Sent sent = new Sent(open.exchange(), 0, promise);
    if (sendable(open.exchange()) == null) {
      sent.givenUp();
      return;
    }
    headers(open.exchange().streamId(), open.fields(), false, sent.promise());
    open.tunnel().opened();
  }

  /** Behind what was accepted before, as far as the client has room for it. */
  private void reset(Output.Reset reset) {
    try {
      handler.encoder().flowController().writePendingBytes();
    } catch (Http2Exception e) {
      context.fireExceptionCaught(e);
    }
    if (sendable(reset.exchange()) != null) {
      handler.resetStream(
          context, reset.exchange().streamId(), reset.error().code(), context.newPromise());
    }
  }

  /** The stream of an exchange, null if nothing can be sent on it any more. */
  private @Nullable Http2Stream sendable(Http2Exchange exchange) {
    if (exchange.isLost()) {
      return null;
    }
    Http2Stream stream = handler.connection().stream(exchange.streamId());
    return stream == null || !stream.state().localSideOpen() || stream.isResetSent()
        ? null
        : stream;
  }

  private void head(Output.Head head, ChannelPromise promise) {
    Sent sent = new Sent(head.exchange(), head.data().length, promise);
    if (sendable(head.exchange()) == null) {
      sent.givenUp();
      return;
    }
    int streamId = head.exchange().streamId();
    if (head.data().length == 0) {
      headers(streamId, head.fields(), head.last(), sent.promise());
    } else {
      headers(streamId, head.fields(), false, context.newPromise());
      content(streamId, Unpooled.wrappedBuffer(head.data()), head.last(), sent.promise());
    }
  }

  private void data(Output.Data data, ChannelPromise promise) {
    Sent sent = new Sent(data.exchange(), data.data().length, promise);
    if (sendable(data.exchange()) == null) {
      sent.givenUp();
      return;
    }
    int streamId = data.exchange().streamId();
    Http2Headers trailers = data.trailers();
    if (trailers == null) {
      content(streamId, Unpooled.wrappedBuffer(data.data()), data.last(), sent.promise());
      return;
    }
    if (data.data().length > 0) {
      content(streamId, Unpooled.wrappedBuffer(data.data()), false, context.newPromise());
    }
    headers(streamId, trailers, true, sent.promise());
  }

  private void headers(int streamId, Http2Headers fields, boolean last, ChannelPromise promise) {
    handler.encoder().writeHeaders(context, streamId, fields, 0, last, promise);
  }

  private void content(int streamId, ByteBuf content, boolean last, ChannelPromise promise) {
    handler.encoder().writeData(context, streamId, content, 0, last, promise);
  }

  private void file(Output.File file, ChannelPromise promise) {
    if (sendable(file.exchange()) == null) {
      file.release();
      promise.setSuccess();
      return;
    }
    headers(file.exchange().streamId(), file.fields(), false, context.newPromise());
    new FilePump(file, promise).next();
  }

  /** Credits what was sent; a stream that has ended early is no reason to end the connection. */
  private final class Sent implements ChannelFutureListener {
    private final Http2Exchange exchange;
    private final int counted;
    private final ChannelPromise outer;

    Sent(Http2Exchange exchange, int counted, ChannelPromise outer) {
      this.exchange = exchange;
      this.counted = counted;
      this.outer = outer;
    }

    ChannelPromise promise() {
      return context.newPromise().addListener(this);
    }

    void givenUp() {
      exchange.taken(counted);
      outer.trySuccess();
    }

    @Override
    public void operationComplete(ChannelFuture future) {
      exchange.taken(counted);
      settle(future, outer);
    }
  }

  private void settle(ChannelFuture future, ChannelPromise outer) {
    if (future.isSuccess() || context.channel().isActive()) {
      outer.trySuccess();
    } else {
      outer.tryFailure(
          future.cause() instanceof Http2Exception ? new ClosedChannelException() : future.cause());
    }
  }

  /** Reads a file a piece at a time, each when the one before is on the wire. */
  private final class FilePump implements ChannelFutureListener {
    private final Output.File file;
    private final ChannelPromise outer;

    FilePump(Output.File file, ChannelPromise outer) {
      this.file = file;
      this.outer = outer;
    }

    void next() {
      int streamId = file.exchange().streamId();
      if (sendable(file.exchange()) == null) {
        end();
        return;
      }
      try {
        ByteBuf piece = file.part().read(context.alloc(), PIECE);
        boolean more = file.part().remaining() > 0;
        Http2Headers trailers = file.trailers();
        boolean last = !more && trailers == null;
        content(streamId, piece, last, context.newPromise().addListener(this));
        if (!more && trailers != null) {
          headers(streamId, trailers, true, context.newPromise());
        }
      } catch (IOException e) {
        LOGGER.error("fd {}: file not sent", file.exchange().fd(), e);
        handler.resetStream(
            context, streamId, Http2Error.INTERNAL_ERROR.code(), context.newPromise());
        end();
      }
    }

    @Override
    public void operationComplete(ChannelFuture future) {
      if (!future.isSuccess() || file.part().remaining() == 0) {
        file.release();
        settle(future, outer);
      } else {
        // Other connections have their turn first.
        context.executor().execute(this::goOn);
      }
    }

    private void goOn() {
      next();
      handler.flush(context);
    }

    private void end() {
      file.release();
      outer.trySuccess();
    }
  }
}
