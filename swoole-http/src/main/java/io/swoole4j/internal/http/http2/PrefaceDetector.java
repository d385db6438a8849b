// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of a connection without TLS: a client that knows the server to speak
 * HTTP/2 begins with a preface (RFC 9113, 3.3), any other speaks HTTP/1. Gone behind them. Owned by
 * the connection's event loop.
 */
final class PrefaceDetector extends ChannelInboundHandlerAdapter {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Runnable found;
  private @Nullable ByteBuf held;

  /**
   * A detector of one connection.
   *
   * @param found puts the handlers of HTTP/2 in the place of those of HTTP/1
   */
  PrefaceDetector(Runnable found) {
    this.found = found;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    ByteBuf begun = held;
    if (begun != null) {
      begun.writeBytes(bytes);
      bytes.release();
      bytes = begun;
      held = null;
    }
    int length = Math.min(bytes.readableBytes(), PREFACE.length);
    for (int i = 0; i < length; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
        leave(context, bytes);
        return;
      }
    }
    if (length < PREFACE.length) {
      held = begun != null ? bytes : copy(context, bytes);
      return;
    }
    found.run();
    leave(context, bytes);
  }

  /** Small, and open to what comes: what was read is not. */
  private static ByteBuf copy(ChannelHandlerContext context, ByteBuf bytes) {
    ByteBuf copy = context.alloc().buffer(PREFACE.length).writeBytes(bytes);
    bytes.release();
    return copy;
  }

  private void leave(ChannelHandlerContext context, ByteBuf bytes) {
    context.fireChannelRead(bytes);
    context.pipeline().remove(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // What is held is the beginning of something else, then.
    ByteBuf begun = held;
    held = null;
    if (begun != null) {
      context.fireChannelRead(begun);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    ByteBuf begun = held;
    held = null;
    if (begun != null) {
      begun.release();
    }
  }
}
