// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Date;

/**
 * The baseline: an HTTP server in plain Netty, in the best of its ordinary forms.
 *
 * <p>Whole requests with their limits, strict lines and checked headers, exactly one Host; the same
 * headers as swoole4j sends, the date made once a second; responses written one by one and flushed
 * once per read.
 */
final class NettyHttpServer {
  private static final int MAX_HEAD = 8192;
  private static final int MAX_BODY = 2 << 20;

  private NettyHttpServer() {}

  /** Starts a server that sends a text and a file. */
  static TestedServer start(int loopCount, Path file) throws InterruptedException {
    return NettyListener.start(loopCount, new Pipeline(file));
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
  private static final class Site extends NettySite<FullHttpRequest> {
    private static final byte[] TEXT = HttpTraffic.TEXT.getBytes(StandardCharsets.US_ASCII);
    private static final AsciiString SERVER = AsciiString.cached("swoole-http-server");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PLAIN = AsciiString.cached("text/plain");
    private static final AsciiString BINARY = AsciiString.cached("application/octet-stream");

    private final Path file;
    private final HttpDate date = new HttpDate();

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
      identify(response.headers(), file.toFile().lastModified(), length);
      context.write(response, context.voidPromise());
      context.write(new DefaultFileRegion(file.toFile(), 0, length));
      context.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** By what clients recognise the file. */
    @SuppressWarnings("JavaUtilDate") // Netty formats no other
    private static void identify(HttpHeaders headers, long modifiedMillis, long length) {
      String tag = Long.toHexString(modifiedMillis) + '-' + Long.toHexString(length);
      headers.set(HttpHeaderNames.LAST_MODIFIED, DateFormatter.format(new Date(modifiedMillis)));
      headers.set(HttpHeaderNames.ETAG, '"' + tag + '"');
      headers.set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
    }

    private void describe(HttpResponse response, CharSequence type, long length) {
      HttpHeaders headers = response.headers();
      headers.set(HttpHeaderNames.CONTENT_TYPE, type);
      headers.set(HttpHeaderNames.SERVER, SERVER);
      headers.set(HttpHeaderNames.DATE, date.now());
      headers.set(HttpHeaderNames.CONNECTION, KEEP_ALIVE);
      if (length < Integer.MAX_VALUE) {
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, (int) length);
      }
    }
  }
}
