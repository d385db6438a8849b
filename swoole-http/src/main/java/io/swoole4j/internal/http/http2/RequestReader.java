// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.swoole4j.internal.http.http1.ArrivingForm;
import io.swoole4j.internal.http.http1.BadRequestException;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.internal.http.upload.FormDataReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of the frames of a connection, and refuses those that are too large. Owned by the
 * connection's event loop.
 */
final class RequestReader extends Http2FrameAdapter {
  private static final int BAD_REQUEST = 400;
  private static final int EXPECTATION_FAILED = 417;
  private static final int HEAD_TOO_LARGE = 431;
  private static final int NOT_IMPLEMENTED = 501;

  private static final Http2Headers CONTINUE =
      ReadOnlyHttp2Headers.serverHeaders(false, HttpResponseStatus.CONTINUE.codeAsText());

  /** HPACK tables are made no larger than this, whatever clients offer. */
  static final long MAX_TABLE = 64 * 1024;

  private final Http2ConnectionEncoder encoder;
  private final Http2Connection connection;
  private final Http2Streams streams;
  private final Http2Limits limits;
  private final FormDataReader.@Nullable Limits forms;
  private final Refusals refusals;
  private final BiConsumer<Exchange, RequestMessage> sink;
  private final Http2Connection.PropertyKey key;
  private final ClosedStreams closed = new ClosedStreams();
  private final ControlFrameLimit controlFrames = new ControlFrameLimit();
  private @Nullable Tunnels tunnels;
  private long arrivingBytes;
  private long connectionWindowMoved = System.nanoTime();
  private boolean asked;

  RequestReader(
      Http2ConnectionEncoder encoder,
      Http2Streams streams,
      Http2Limits limits,
      FormDataReader.@Nullable Limits forms,
      @Nullable AccessLog log,
      BiConsumer<Exchange, RequestMessage> sink) {
    this.encoder = encoder;
    this.connection = encoder.connection();
    this.streams = streams;
    this.limits = limits;
    this.forms = forms;
    this.refusals = new Refusals(log);
    this.sink = sink;
    this.key = connection.newKey();
  }

  /** Whether the client has begun a request yet. */
  boolean hasAsked() {
    return asked;
  }

  /** The request of a stream, null if it has none. */
  @Nullable IncomingRequest of(Http2Stream stream) {
    return stream.getProperty(key);
  }

  /** Streams may carry other protocols from now on. */
  void tunnels(Tunnels taking) {
    tunnels = taking;
  }

  /** What carries another protocol on a stream, null if nothing does. */
  @Nullable Tunnel tunnelOf(Http2Stream stream) {
    return tunnels == null ? null : tunnels.of(stream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    onHeadersRead(context, streamId, headers, padding, last);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    Http2Stream stream = connection.stream(streamId);
    if (tunnelOf(stream) != null) {
      throw Http2Exception.streamError(
          streamId, Http2Error.PROTOCOL_ERROR, "fields behind those that have opened the stream");
    }
    IncomingRequest begun = of(stream);
    if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE && begun != null) {
      throw Http2Exception.streamError(
          streamId, Http2Error.STREAM_CLOSED, "fields behind the end of the request");
    }
    if (begun == null) {
      begin(context, stream, Http2Head.read(streamId, headers), headers.size(), last);
    } else {
      Http2Head.checkTrailers(streamId, headers);
      complete(context, begun);
    }
  }

  /** A request whose head came as HTTP/1, and asked for another protocol. */
  void upgraded(Http2Stream stream, RequestMessage message) {
    asked = true;
    Http2Exchange exchange = new Http2Exchange(streams, stream.id(), message.head());
    IncomingRequest request =
        new IncomingRequest(message.head(), exchange, new ArrivingForm(forms));
    stream.setProperty(key, request);
    request.drop();
    sink.accept(exchange, message);
  }

  private void begin(
      ChannelHandlerContext context, Http2Stream stream, Http2Head read, int fields, boolean last)
      throws Http2Exception {
    asked = true;
    RequestHead head = read.request();
    Tunnels taking = tunnels;
    if (read.protocol() != null && taking == null) {
      throw Http2Exception.streamError(
          stream.id(),
          Http2Error.PROTOCOL_ERROR,
          "malformed request: pseudo-header field :protocol");
    }
    Http2Exchange exchange = new Http2Exchange(streams, stream.id(), head);
    IncomingRequest request = new IncomingRequest(head, exchange, new ArrivingForm(forms));
    stream.setProperty(key, request);
    try {
      if (fields > limits.fields() || head.size() > limits.http().headBytes()) {
        throw new BadRequestException(HEAD_TOO_LARGE, fields + " fields, " + head.size());
      }
      if (taking != null && read.protocol() != null && taking.carries(read.protocol())) {
        // What follows is no body, for which there would be a deadline.
        request.drop();
        open(taking, stream, head, last);
        return;
      }
      if (head.method().equals("CONNECT")) {
        throw new BadRequestException(NOT_IMPLEMENTED, "method CONNECT");
      }
      if (last) {
        complete(context, request);
        return;
      }
      long until = System.nanoTime() + limits.http().bodyNanos();
      boolean waiting = expectsContinue(head);
      request.bodyBegins(length(head), limits.http().messageBytes(), until);
      if (waiting) {
        encoder.writeHeaders(context, stream.id(), CONTINUE, 0, false, context.newPromise());
      }
    } catch (BadRequestException e) {
      refuse(context, request, e.status(), e.getMessage());
    }
  }

  /** Another protocol is asked for: its stream becomes a connection of its own. */
  private void open(Tunnels taking, Http2Stream stream, RequestHead head, boolean last)
      throws BadRequestException, Http2Exception {
    if (last) {
      throw new BadRequestException(BAD_REQUEST, "nothing can be said on the stream");
    }
    if (!taking.open(stream, head, streams)) {
      throw Http2Exception.streamError(
          stream.id(), Http2Error.REFUSED_STREAM, "as many connections as there may be");
    }
  }

  private static boolean expectsContinue(RequestHead head) throws BadRequestException {
    List<String> expectations = head.headers().getAll(HttpHeaderNames.EXPECT);
    for (String expected : expectations) {
      if (!expected.equalsIgnoreCase("100-continue")) {
        throw new BadRequestException(EXPECTATION_FAILED, "unknown expectation");
      }
    }
    return !expectations.isEmpty();
  }

  /** The codec has seen to it that it is a number. */
  private static long length(RequestHead head) {
    String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean last)
      throws Http2Exception {
    Http2Stream stream = connection.stream(streamId);
    Tunnel tunnel = tunnelOf(stream);
    if (tunnel != null) {
      return tunnel.received(data, last) + padding;
    }
    IncomingRequest request = of(stream);
    if (request != null && !request.isDone()) {
      add(context, request, data);
      if (last && !request.isDone()) {
        complete(context, request);
      }
    }
    return data.readableBytes() + padding;
  }

  private void add(ChannelHandlerContext context, IncomingRequest request, ByteBuf data)
      throws Http2Exception {
    try {
      request.grantTime(
          TimeUnit.SECONDS.toNanos(1) / limits.http().bodyBytesPerSecond() * data.readableBytes());
      arrivingBytes += request.add(data, limits.http().messageBytes());
    } catch (BadRequestException e) {
      refuse(context, request, e.status(), e.getMessage());
      return;
    }
    if (arrivingBytes > limits.arrivingBytes()) {
      drop(request);
      throw Http2Exception.streamError(
          request.exchange().streamId(),
          Http2Error.REFUSED_STREAM,
          "more than %d bytes of bodies arrive",
          limits.arrivingBytes());
    }
  }

  private void complete(ChannelHandlerContext context, IncomingRequest request) {
    if (request.isDone()) {
      return;
    }
    arrivingBytes -= request.bodyLength();
    try {
      RequestMessage message = request.complete();
      sink.accept(request.exchange(), message);
    } catch (BadRequestException e) {
      refuse(context, request, e.status(), e.getMessage());
    }
  }

  /** Answers with a status of the server's own; the rest of the request is dropped. */
  void refuse(
      ChannelHandlerContext context, IncomingRequest request, int status, @Nullable String why) {
    drop(request);
    refusals.refuse(context, request, status, why);
  }

  /** Refuses what is no request of this reader. */
  Refusals refusals() {
    return refusals;
  }

  private void drop(IncomingRequest request) {
    if (!request.isDone()) {
      arrivingBytes -= request.bodyLength();
      request.drop();
    }
  }

  /** How streams have ended. */
  ClosedStreams closed() {
    return closed;
  }

  /** A stream is closed, by whomever. */
  void closed(Http2Stream stream) {
    closed.add(
        stream.id(),
        stream.isResetSent() ? ClosedStreams.End.BY_SERVER : ClosedStreams.End.COMPLETE);
    IncomingRequest request = of(stream);
    if (request != null) {
      drop(request);
      request.exchange().lost();
    }
    if (tunnels != null) {
      tunnels.closed(stream);
    }
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment) {
    long now = System.nanoTime();
    // As for bodies: what is granted earns time, so that single bytes do not hold memory for ever.
    long earned = TimeUnit.SECONDS.toNanos(1) / limits.http().bodyBytesPerSecond() * increment;
    Http2Stream stream = connection.stream(streamId);
    if (streamId == 0) {
      connectionWindowMoved = Math.min(now, connectionWindowMoved + earned);
      return;
    }
    IncomingRequest request = stream == null ? null : of(stream);
    if (request != null) {
      request.windowMoved(now, earned);
    }
  }

  /** Nothing waits for the connection's window. */
  void connectionWindowIsOpen(long nanos) {
    connectionWindowMoved = nanos;
  }

  /** When the client has granted more of the connection's window. */
  long connectionWindowMoved() {
    return connectionWindowMoved;
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context,
      int streamId,
      int streamDependency,
      short weight,
      boolean exclusive)
      throws Http2Exception {
    controlFrames.count();
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
    closed.add(streamId, ClosedStreams.End.BY_CLIENT);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    controlFrames.count();
    bound(settings, encoder.configuration().headersConfiguration());
  }

  /** Keeps the table for what this side sends small, whatever the client would take. */
  private static void bound(Http2Settings settings, Http2HeadersEncoder.Configuration own)
      throws Http2Exception {
    Long offered = settings.headerTableSize();
    if (offered != null && offered > MAX_TABLE) {
      own.maxHeaderTableSize(MAX_TABLE);
    }
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
    controlFrames.count();
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    controlFrames.count();
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
    controlFrames.count();
  }

  @Override
  public void onGoAwayRead(
      ChannelHandlerContext context, int lastStreamId, long errorCode, ByteBuf debugData)
      throws Http2Exception {
    controlFrames.count();
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext context,
      byte frameType,
      int streamId,
      Http2Flags flags,
      ByteBuf payload) {
    // Costs no more than to be skipped (RFC 9113, 5.5).
  }
}
