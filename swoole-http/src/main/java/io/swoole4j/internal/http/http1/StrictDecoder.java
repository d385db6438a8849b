// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder, which also keeps the bytes of each request as they came, stops between two
 * requests when it is asked to, and refuses a Content-Length beside Transfer-Encoding. Owned by the
 * connection's event loop.
 */
final class StrictDecoder extends HttpRequestDecoder {
  private static final byte[] NONE = {};

  private final int maxKept;
  private byte[] kept = NONE;
  private int keptLength;
  private boolean paused;
  private boolean ignoring;
  private boolean keeping = true;
  private boolean onlyTail;
  private @Nullable Object endOfInput;

  /**
   * A decoder of one connection.
   *
   * @param limits what it accepts
   */
  StrictDecoder(HttpLimits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.headBytes())
            .setMaxHeaderSize(limits.headBytes())
            .setStrictLineParsing(true));
    this.maxKept = limits.headBytes();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (ignoring) {
      in.skipBytes(in.readableBytes());
    } else if (!paused) {
      int start = in.readerIndex();
      super.decode(context, in, out);
      if (keeping) {
        keep(in, start, in.readerIndex() - start);
      }
      if (onlyTail && !out.isEmpty() && !(out.get(out.size() - 1) instanceof LastHttpContent)) {
        keptLength = 0;
      }
    }
  }

  private void keep(ByteBuf in, int start, int length) {
    if (length == 0) {
      return;
    }
    int needed = keptLength + length;
    if (needed > kept.length) {
      kept = Arrays.copyOf(kept, keptLength == 0 ? needed : Math.max(needed, 2 * keptLength));
    }
    in.getBytes(start, kept, keptLength, length);
    keptLength = needed;
  }

  /** Takes what has been consumed since the last call. */
  byte[] takeBytes() {
    byte[] bytes = keptLength == kept.length ? kept : Arrays.copyOf(kept, keptLength);
    kept = NONE;
    keptLength = 0;
    return bytes;
  }

  /** How many bytes are kept. */
  int keptBytes() {
    return keptLength;
  }

  /** Whether more has been consumed of a head than a whole one may have. */
  boolean isHeadTooLong() {
    return keptLength > maxKept;
  }

  /** Whether something of a message has been consumed, or is waiting to be. */
  boolean hasBegun() {
    return keptLength > 0 || actualReadableBytes() > 0;
  }

  /** Whether to keep what is consumed from now on. */
  void keeping(boolean wanted) {
    keeping = wanted;
    onlyTail = false;
  }

  /** Keeps of what is consumed from now on only what is behind the content: the last chunk. */
  void keepingTail() {
    keeping = true;
    onlyTail = true;
  }

  /** How many bytes are waiting to be decoded. */
  int waitingBytes() {
    return actualReadableBytes();
  }

  /** Stops before the next message. */
  void pause() {
    paused = true;
  }

  boolean isPaused() {
    return paused;
  }

  /** Goes on with what has been received meanwhile. */
  void resume(ChannelHandlerContext context) throws Exception {
    paused = false;
    channelRead(context, Unpooled.EMPTY_BUFFER);
    Object end = endOfInput;
    if (end != null && !paused) {
      endOfInput = null;
      super.userEventTriggered(context, end);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (paused && isEnd(event)) {
      // What waits here came before the end.
      endOfInput = event;
    } else {
      super.userEventTriggered(context, event);
    }
  }

  /** Whether a client has ended its side, in TCP or within TLS. */
  static boolean isEnd(Object event) {
    return event instanceof ChannelInputShutdownEvent
        || (event instanceof SslCloseCompletionEvent end && end.isSuccess());
  }

  /** Whether the end of the input has come meanwhile. */
  boolean isAtEnd() {
    return endOfInput != null;
  }

  /** Takes the end of the input that has come meanwhile, if it has. */
  @Nullable Object takeEnd() {
    Object end = endOfInput;
    endOfInput = null;
    return end;
  }

  /** Drops everything from now on. */
  void ignore() {
    ignoring = true;
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("Transfer-Encoding with Content-Length");
  }
}
