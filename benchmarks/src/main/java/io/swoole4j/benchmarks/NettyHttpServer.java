// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The baseline: an HTTP server in plain Netty, in the best of its ordinary forms.
 *
 * <p>Whole requests with their limits, strict lines and checked headers, exactly one Host; the same
 * headers as swoole4j sends, the date made once a second; responses written one by one and flushed
 * once per read.
 */
final class NettyHttpServer implements TestedServer {
  private static final int MAX_HEAD = 8192;
  private static final int MAX_BODY = 2 << 20;

  private final NettyListener listener;
  private final WebRoot root;

  private NettyHttpServer(NettyListener listener, WebRoot root) {
    this.listener = listener;
    this.root = root;
  }

  static NettyHttpServer start(int loopCount, WebRoot root) throws InterruptedException {
    return new NettyHttpServer(NettyListener.start(loopCount, new Pipeline(root.file())), root);
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
    root.close();
  }

  /** Sets up an accepted connection. */
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {
    private final Path file;

    Pipeline(Path file) {
      this.file = file;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      HttpDecoderConfig strict =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_HEAD)
              .setMaxHeaderSize(MAX_HEAD)
              .setStrictLineParsing(true);
      channel
          .pipeline()
          .addLast(new HttpServerCodec(strict))
          .addLast(new HttpObjectAggregator(MAX_BODY))
          .addLast(new Site(file));
    }
  }

  /** Answers one connection's requests. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failed write arrives at exceptionCaught
  private static final class Site extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final byte[] TEXT = HttpTraffic.TEXT.getBytes(StandardCharsets.US_ASCII);
    private static final AsciiString SERVER = AsciiString.cached("swoole-http-server");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PLAIN = AsciiString.cached("text/plain");
    private static final AsciiString BINARY = AsciiString.cached("application/octet-stream");
    private static final DateTimeFormatter DATE =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Path file;
    private long second;
    private CharSequence date = "";

    Site(Path file) {
      this.file = file;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      if (request.decoderResult().isFailure()
          || request.headers().getAll(HttpHeaderNames.HOST).size() != 1
          || !HttpUtil.isKeepAlive(request)) {
        context.close();
      } else if (request.uri().equals("/" + HttpTraffic.FILE)) {
        sendFile(context);
      } else {
        DefaultFullHttpResponse response =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(TEXT));
        describe(response, PLAIN, TEXT.length);
        context.write(response, context.voidPromise());
      }
    }

    private void sendFile(ChannelHandlerContext context) {
      long length = file.toFile().length();
      HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      describe(response, BINARY, length);
      context.write(response, context.voidPromise());
      context.write(new DefaultFileRegion(file.toFile(), 0, length));
      context.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private void describe(HttpResponse response, CharSequence type, long length) {
      HttpHeaders headers = response.headers();
      headers.set(HttpHeaderNames.CONTENT_TYPE, type);
      headers.set(HttpHeaderNames.SERVER, SERVER);
      headers.set(HttpHeaderNames.DATE, now());
      headers.set(HttpHeaderNames.CONNECTION, KEEP_ALIVE);
      if (length < Integer.MAX_VALUE) {
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, (int) length);
      }
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
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof IOException)) { // a client that leaves is no news
        System.err.println("connection closed: " + cause);
      }
      context.close();
    }
  }
}
