// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.spi.ServerLogs;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that reach no handler with a status of the server's own, and notes them. Owned
 * by the connection's event loop.
 */
final class Refusals {
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final byte[] EMPTY = {};

  private final @Nullable AccessLog log;

  Refusals(@Nullable AccessLog log) {
    this.log = log;
  }

  /** Answers a request of which nothing more is kept. */
  void refuse(
      ChannelHandlerContext context, IncomingRequest request, int status, @Nullable String why) {
    Http2Exchange exchange = request.exchange();
    ServerLogs.here(Refusals.class)
        .debug(
            "fd {} stream {} refused with {}: {}", exchange.fd(), exchange.streamId(), status, why);
    if (exchange.isOpen()) {
      note(exchange.fd(), context, request.head(), status);
    }
    ResponseHead head = new ResponseHead();
    head.status(status, null);
    if (!exchange.end(head, EMPTY)) {
      exchange.abort();
    }
  }

  /** Notes what somebody else answers. */
  void note(long fd, ChannelHandlerContext context, @Nullable RequestHead head, int status) {
    if (log != null) {
      log.refused(fd, context.channel().remoteAddress(), head, status);
    }
  }

  /**
   * Answers a head whose content-length the codec cannot parse; a negative one is taken for too
   * large.
   */
  void refuseLength(
      long fd,
      Http2ConnectionEncoder encoder,
      ChannelHandlerContext context,
      Http2Stream stream,
      Throwable cause) {
    boolean negative = String.valueOf(cause.getMessage()).contains(": -");
    HttpResponseStatus status = HttpResponseStatus.valueOf(negative ? TOO_LARGE : BAD_REQUEST);
    note(fd, context, null, status.code());
    Http2Headers answer = ReadOnlyHttp2Headers.serverHeaders(false, status.codeAsText());
    encoder.writeHeaders(context, stream.id(), answer, 0, true, context.newPromise());
  }
}
