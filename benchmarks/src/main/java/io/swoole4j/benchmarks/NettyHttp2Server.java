// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The baseline of HTTP/2: plain Netty, in its ordinary form with a channel for each stream, or in
 * the leaner one of a frame listener, which swoole4j stands on too.
 *
 * <p>Prior knowledge, the codec's own checks, the same headers as swoole4j sends, the date made
 * once a second, one flush per read.
 */
final class NettyHttp2Server {
  private static final int STREAMS = 128;
  private static final byte[] TEXT = HttpTraffic.TEXT.getBytes(StandardCharsets.US_ASCII);

  private NettyHttp2Server() {}

  /** Starts the ordinary form. */
  static TestedServer startStreams(int loopCount) throws InterruptedException {
    return NettyListener.start(loopCount, new StreamsPipeline());
  }

  /** Starts the leaner form. */
  static TestedServer startFrames(int loopCount) throws InterruptedException {
    return NettyListener.start(loopCount, new FramesPipeline());
  }

  /** Sets up an accepted connection whose streams are channels. */
  private static final class StreamsPipeline extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      Headers headers = new Headers();
      channel
          .pipeline()
          .addLast(
              Http2FrameCodecBuilder.forServer()
                  .initialSettings(new Http2Settings().maxConcurrentStreams(STREAMS))
                  .build())
          .addLast(
              new Http2MultiplexHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                      stream.pipeline().addLast(new Page(headers));
                    }
                  }));
    }
  }

  /** Answers one stream's request. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failed write arrives at exceptionCaught
  private static final class Page extends ChannelInboundHandlerAdapter {
    private final Headers headers;

    Page(Headers headers) {
      this.headers = headers;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      boolean last =
          (message instanceof Http2HeadersFrame head && head.isEndStream())
              || (message instanceof Http2DataFrame data && data.isEndStream());
      ReferenceCountUtil.release(message);
      if (last) {
        context.write(new DefaultHttp2HeadersFrame(headers.make(), false));
        context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(TEXT), true));
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** Sets up an accepted connection with a frame listener. */
  private static final class FramesPipeline extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel.pipeline().addLast(new Builder().build());
    }
  }

  /** Makes the headers of one connection's responses. */
  private static final class Headers {
    private static final AsciiString LENGTH =
        AsciiString.cached(String.valueOf(HttpTraffic.TEXT.length()));
    private static final AsciiString SERVER = AsciiString.cached("swoole-http-server");
    private static final AsciiString PLAIN = AsciiString.cached("text/plain");

    private final HttpDate date = new HttpDate();

    Http2Headers make() {
      return new DefaultHttp2Headers()
          .status(HttpResponseStatus.OK.codeAsText())
          .set(HttpHeaderNames.CONTENT_TYPE, PLAIN)
          .set(HttpHeaderNames.SERVER, SERVER)
          .set(HttpHeaderNames.DATE, date.now())
          .set(HttpHeaderNames.CONTENT_LENGTH, LENGTH);
    }
  }

  /** Makes the handler of a connection. */
  private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Site, Builder> {
    Builder() {
      server(true);
      initialSettings(new Http2Settings().maxConcurrentStreams(STREAMS));
    }

    @Override
    protected Site build() {
      return super.build();
    }

    @Override
    protected Site build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      Site site = new Site(decoder, encoder, settings);
      frameListener(site.listener());
      return site;
    }
  }

  /** Answers one connection's requests. */
  private static final class Site extends Http2ConnectionHandler {
    private final Headers headers = new Headers();

    Site(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      super(decoder, encoder, settings);
    }

    Http2FrameAdapter listener() {
      return new Http2FrameAdapter() {
        @Override
        public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean last) {
          if (last) {
            answer(context, streamId);
          }
        }

        @Override
        public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last) {
          onHeadersRead(context, streamId, headers, padding, last);
        }

        @Override
        public int onDataRead(
            ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean last) {
          if (last) {
            answer(context, streamId);
          }
          return data.readableBytes() + padding;
        }
      };
    }

    private void answer(ChannelHandlerContext context, int streamId) {
      encoder().writeHeaders(context, streamId, headers.make(), 0, false, context.newPromise());
      ByteBuf content = Unpooled.wrappedBuffer(TEXT);
      encoder().writeData(context, streamId, content, 0, true, context.newPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
      if (cause instanceof IOException) { // a client that leaves is no news
        context.close();
      } else {
        super.exceptionCaught(context, cause);
      }
    }
  }
}
