// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes one request of bytes that come piece by piece, without a connection, by the same rules as
 * on one. Owned by whoever feeds it.
 */
public final class RequestParser {
  private static final int MAX_HEAD = 8 * 1024;
  private static final int MAX_HEADERS = 128;
  private static final int MAX_MESSAGE = 2 * 1024 * 1024;
  private static final int BAD_REQUEST = 400;

  private final StrictDecoder decoder =
      new StrictDecoder(new HttpLimits(MAX_HEAD, MAX_HEADERS, MAX_MESSAGE, 1, 1, 1, 1, 1, 1));
  private final BodyBuffer body = new BodyBuffer();
  private @Nullable EmbeddedChannel channel = new EmbeddedChannel(decoder, new Collector());
  private @Nullable RequestHead head;
  private long bodyLength;
  private @Nullable RequestMessage message;
  private boolean refused;

  /** A parser of one request, with the limits that ports have by default. */
  public RequestParser() {
    if (channel != null) {
      // A request that is never completed is nobody's to release.
      channel.config().setAllocator(new UnpooledByteBufAllocator(false, true));
    }
  }

  /**
   * Takes bytes.
   *
   * @param data the bytes
   * @return how many of them belong to the request; -1 once it is complete or cannot be one
   */
  public int parse(byte[] data) {
    EmbeddedChannel open = channel;
    if (open == null) {
      return -1;
    }
    open.writeInbound(Unpooled.wrappedBuffer(data));
    if (refused) {
      close(open);
      return -1;
    }
    if (message == null) {
      return data.length;
    }
    int consumed = data.length - decoder.waitingBytes();
    close(open);
    return consumed;
  }

  private void close(EmbeddedChannel open) {
    channel = null;
    open.finishAndReleaseAll();
  }

  /** Takes what the decoder yields, before it goes on. */
  private final class Collector extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object object) {
      try {
        if (!refused && message == null) {
          take((HttpObject) object);
        }
      } catch (BadRequestException e) {
        refused = true;
        decoder.ignore();
      } finally {
        ReferenceCountUtil.release(object);
      }
    }
  }

  private void take(HttpObject object) throws BadRequestException {
    Throwable failure = object.decoderResult().cause();
    if (failure != null) {
      throw new BadRequestException(BAD_REQUEST, String.valueOf(failure.getMessage()));
    }
    if (object instanceof HttpRequest request) {
      begin(request);
    }
    if (object instanceof HttpContent content && head != null) {
      add(content, head);
    }
  }

  private void begin(HttpRequest request) throws BadRequestException {
    byte[] raw = decoder.takeBytes();
    int start = HeadScanner.emptyLines(raw);
    KnownHeaders known = HeadScanner.check(raw, start, MAX_HEADERS);
    bodyLength = HeadRules.check(request, known);
    head =
        new RequestHead(
            request.method().name(),
            HeadRules.target(request),
            request.protocolVersion().text(),
            request.headers(),
            start == 0 ? raw : Arrays.copyOfRange(raw, start, raw.length));
    decoder.keeping(bodyLength == HeadRules.IN_CHUNKS);
  }

  private void add(HttpContent content, RequestHead of) throws BadRequestException {
    if (body.length() + content.content().readableBytes() > MAX_MESSAGE) {
      throw new BadRequestException(BAD_REQUEST, "body above the limit");
    }
    body.add(content.content(), bodyLength);
    if (content instanceof LastHttpContent) {
      decoder.pause();
      byte[] raw = bodyLength == HeadRules.IN_CHUNKS ? decoder.takeBytes() : null;
      if (raw != null) {
        HeadScanner.checkTrailers(raw, MAX_HEADERS);
      }
      message = new RequestMessage(of, body.take(), raw);
    }
  }

  /**
   * The request.
   *
   * @return null until it is complete
   */
  public @Nullable RequestMessage message() {
    return message;
  }
}
