// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The baseline of HTTP/2: Netty's connection handler with a frame listener, which is the faster of
 * its two forms, and which swoole4j stands on too; a channel for each stream is the slower one.
 *
 * <p>Prior knowledge, the codec's own checks, the same headers as swoole4j sends, the date made
 * once a second, one flush per read.
 */
final class NettyHttp2Server implements TestedServer {
  private static final int STREAMS = 128;

  private final NettyListener listener;

  private NettyHttp2Server(NettyListener listener) {
    this.listener = listener;
  }

  static NettyHttp2Server start(int loopCount) throws InterruptedException {
    return new NettyHttp2Server(NettyListener.start(loopCount, new Pipeline()));
  }

  @Override
  public int port() {
    return listener.port();
  }

  @Override
  public String description() {
    return listener.description();
  }

  @Override
  public void close() {
    listener.close();
  }

  /** Sets up an accepted connection. */
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel.pipeline().addLast(new Builder().build());
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
    private static final byte[] TEXT = HttpTraffic.TEXT.getBytes(StandardCharsets.US_ASCII);
    private static final AsciiString LENGTH =
        AsciiString.cached(String.valueOf(HttpTraffic.TEXT.length()));
    private static final AsciiString SERVER = AsciiString.cached("swoole-http-server");
    private static final AsciiString PLAIN = AsciiString.cached("text/plain");
    private static final DateTimeFormatter DATE =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private long second;
    private CharSequence date = "";

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
      Http2Headers headers =
          new DefaultHttp2Headers()
              .status(HttpResponseStatus.OK.codeAsText())
              .set(HttpHeaderNames.CONTENT_TYPE, PLAIN)
              .set(HttpHeaderNames.SERVER, SERVER)
              .set(HttpHeaderNames.DATE, now())
              .set(HttpHeaderNames.CONTENT_LENGTH, LENGTH);
      encoder().writeHeaders(context, streamId, headers, 0, false, context.newPromise());
      ByteBuf content = Unpooled.wrappedBuffer(TEXT);
      encoder().writeData(context, streamId, content, 0, true, context.newPromise());
    }

    private CharSequence now() {
      long current = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
      if (current != second) {
        second = current;
        date = new AsciiString(DATE.format(Instant.ofEpochSecond(current)));
      }
      return date;
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
