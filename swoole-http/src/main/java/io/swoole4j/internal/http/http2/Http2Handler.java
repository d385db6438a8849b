// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.spi.PortProtocol;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's codec of an HTTP/2 connection with the way it begins, goes wrong and ends here. Owned by
 * the connection's event loop.
 */
final class Http2Handler extends Http2ConnectionHandler {
  private static final Logger LOGGER = LoggerFactory.getLogger(Http2Handler.class);

  private static final int HEAD_TOO_LARGE = 431;

  /** How often a connection is read that is read no more, while responses wait for room. */
  private static final long READ_MILLIS = 20;

  private final PortProtocol.Session session;
  private final Http2Limits limits;
  private final RequestReader reader;
  private final Http2Deadlines deadlines;
  private final FrameBounds frames = new FrameBounds();
  private final @Nullable TunnelPort tunnelPort;

  private @Nullable OutputWriter writer;
  private @Nullable Tunnels tunnels;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Object endOfInput;
  private boolean started;
  private boolean draining;
  private boolean closing;
  private boolean ended;
  private boolean warned;

  Http2Handler(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      PortProtocol.Session session,
      Http2Limits limits,
      RequestReader reader,
      @Nullable TunnelPort tunnelPort) {
    super(decoder, encoder, settings, true);
    this.session = session;
    this.limits = limits;
    this.reader = reader;
    this.tunnelPort = tunnelPort;
    this.deadlines = new Http2Deadlines(limits.http(), this, reader);
    encoder.connection().addListener(new Streams());
  }

  /** Follows the streams of the connection. */
  private final class Streams extends Http2ConnectionAdapter {
    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
      Tunnel tunnel = reader.tunnelOf(stream);
      if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL
          && (tunnel == null || !tunnel.isOpened())) {
        // It is answered, and the rest of the request is not wanted (RFC 9113, 8.1).
        resetStream(active(), stream.id(), Http2Error.NO_ERROR.code(), active().newPromise());
      }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
      reader.closed(stream);
      deadlines.idle();
      if (draining) {
        // Behind the last frames of this stream.
        active().executor().execute(Http2Handler.this::endIfIdle);
      }
    }
  }

  private ChannelHandlerContext active() {
    ChannelHandlerContext own = context;
    if (own == null) {
      throw new IllegalStateException("handler: not added (expected: in a pipeline)");
    }
    return own;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    writer = new OutputWriter(this, added);
    if (tunnelPort != null) {
      tunnels = new Tunnels(this, added, session, writer, tunnelPort);
      reader.tunnels(tunnels);
    }
    super.handlerAdded(added);
    if (added.channel().isActive()) {
      start(added);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext active) throws Exception {
    super.channelActive(active);
    start(active);
  }

  private void start(ChannelHandlerContext active) throws Http2Exception {
    if (started) {
      return;
    }
    started = true;
    int wider = limits.windowBytes() - decoder().flowController().initialWindowSize();
    if (wider > 0) {
      Http2Stream all = connection().connectionStream();
      decoder().flowController().incrementWindowSize(all, wider);
    }
    active.flush();
    deadlines.start(active);
  }

  /** The request that asked for this protocol is answered on its first stream. */
  void upgraded(Http2Settings settings, RequestMessage message) throws Http2Exception {
    Long table = settings.headerTableSize();
    if (table != null && table > RequestReader.MAX_TABLE) {
      settings.headerTableSize(RequestReader.MAX_TABLE);
    }
    onHttpServerUpgrade(settings);
    reader.upgraded(connection().stream(1), message);
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) throws Exception {
    if (ended) {
      // Whoever goes on regardless must not cost a line of the codec's log for each frame.
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof ByteBuf bytes) {
      frames.read(bytes);
    }
    if (tunnels != null) {
      tunnels.decoding();
    }
    super.channelRead(reading, message);
    deadlines.headIs(frames.isIncomplete(), frames.begun());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) throws Exception {
    if (tunnels != null) {
      tunnels.decoded();
    }
    super.channelReadComplete(read);
  }

  @Override
  public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) {
    if (message instanceof Output output && writer != null) {
      deadlines.sent();
      writer.write(output, promise);
      return;
    }
    // Bytes of Server.send have no place between frames.
    ReferenceCountUtil.release(message);
    if (!warned) {
      warned = true;
      LOGGER.warn("fd {}: bytes not sent past HTTP/2 (expected: Response)", session.fd());
    }
    promise.setSuccess();
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext failing,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    LOGGER.debug("fd {} stream {} failed", session.fd(), error.streamId(), error);
    Http2Stream stream = connection().stream(error.streamId());
    if (stream == null && error.error() == Http2Error.STREAM_CLOSED && !outbound) {
      onClosedStream(failing, outbound, error);
      return;
    }
    if (stream != null
        && !stream.isHeadersSent()
        && error.getCause() instanceof IllegalArgumentException malformed
        && reader.of(stream) == null) {
      reader.refusals().refuseLength(session.fd(), encoder(), failing, stream, malformed);
    }
    if (stream != null
        && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
        && isOfTrailers(String.valueOf(error.getMessage()))) {
      encoder()
          .writeRstStream(
              failing, stream.id(), Http2Error.STREAM_CLOSED.code(), failing.newPromise());
      return;
    }
    super.onStreamError(failing, outbound, cause, error);
  }

  /** The codec answers fields that it has not kept. */
  @Override
  protected void handleServerHeaderDecodeSizeError(
      ChannelHandlerContext failing, Http2Stream stream) {
    // There is a request if it is the trailers that are too large.
    IncomingRequest request = reader.of(stream);
    RequestHead head = request == null ? null : request.head();
    reader.refusals().note(session.fd(), failing, head, HEAD_TOO_LARGE);
    super.handleServerHeaderDecodeSizeError(failing, stream);
  }

  /** The codec takes a second head for trailers, even where nothing may come any more. */
  private static boolean isOfTrailers(String message) {
    return message.contains("too many headers") || message.contains("in trailers");
  }

  /**
   * A frame for a stream that is no more. Fields for one that both sides had ended, or that the
   * client has skipped, say that it is out of order.
   */
  private void onClosedStream(
      ChannelHandlerContext failing, boolean outbound, Http2Exception.StreamException error) {
    ClosedStreams.End end = reader.closed().of(error.streamId());
    if (end == ClosedStreams.End.BY_SERVER) {
      // Sent before the client could know.
      return;
    }
    boolean fields = String.valueOf(error.getMessage()).contains("HEADERS");
    if (fields && end != ClosedStreams.End.BY_CLIENT) {
      Http2Error code =
          end == ClosedStreams.End.COMPLETE ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR;
      end(code, String.valueOf(error.getMessage()));
    } else {
      super.onStreamError(failing, outbound, error, error);
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext failing,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception error) {
    if (error != null) {
      LOGGER.debug("fd {} failed", session.fd(), error);
      end(error.error(), String.valueOf(error.getMessage()));
      return;
    }
    if (cause instanceof IOException) {
      LOGGER.debug("fd {} failed", session.fd(), cause);
    } else {
      LOGGER.error("fd {} failed", session.fd(), cause);
    }
    end(Http2Error.INTERNAL_ERROR, "");
  }

  /** Without the closing of the channel that comes with it in the codec. */
  @Override
  public ChannelFuture goAway(
      ChannelHandlerContext leaving,
      int lastStreamId,
      long code,
      ByteBuf debug,
      ChannelPromise promise) {
    try {
      if (!connection().goAwaySent(lastStreamId, code, debug)) {
        debug.release();
        return promise.setSuccess();
      }
    } catch (Http2Exception e) {
      debug.release();
      return promise.setFailure(e);
    }
    return frameWriter().writeGoAway(leaving, lastStreamId, code, debug, promise);
  }

  /** Tells the client to begin nothing more; what it has begun is answered, and is the last. */
  void goAway(long code, String debug) {
    draining = true;
    goAway(
        active(),
        connection().remote().lastStreamCreated(),
        code,
        Unpooled.copiedBuffer(debug, UTF_8),
        active().newPromise());
    active().executor().execute(this::endIfIdle);
  }

  /** Ends the connection now, with a last word. */
  void end(Http2Error error, String why) {
    if (closing) {
      return;
    }
    closing = true;
    ended = true;
    goAway(error.code(), why);
    try {
      connection()
          .forEachActiveStream(
              stream -> {
                stream.close();
                return true;
              });
    } catch (Http2Exception e) {
      active().fireExceptionCaught(e);
    }
    active().flush();
    session.close(false);
  }

  /** The client takes nothing. */
  void reset() {
    closing = true;
    session.close(true);
  }

  boolean isClosing() {
    return closing;
  }

  /** Whether the client has ended its side. */
  boolean isInputEnded() {
    return endOfInput != null;
  }

  /** The server stops: what is in flight is answered, and is the last. */
  void goodbye() {
    if (!closing) {
      goAway(Http2Error.NO_ERROR.code(), "");
      if (tunnels != null) {
        tunnels.goodbye();
      }
      flush(active());
      readOn();
    }
  }

  /** Responses may wait for room that only the client can grant, when nothing is read any more. */
  private void readOn() {
    ChannelHandlerContext own = active();
    if (own.isRemoved() || !own.channel().isActive() || connection().numActiveStreams() == 0) {
      return;
    }
    if (!own.channel().config().isAutoRead()) {
      own.read();
    }
    own.executor().schedule(this::readOn, READ_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void endIfIdle() {
    if (!draining || closing || connection().numActiveStreams() > 0) {
      return;
    }
    closing = true;
    Object end = endOfInput;
    if (end == null) {
      session.close(false);
    } else {
      active().fireUserEventTriggered(end);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent
        || (event instanceof SslCloseCompletionEvent end && end.isSuccess())) {
      inputEnded(event);
    } else {
      super.userEventTriggered(triggered, event);
    }
  }

  /** Whoever ends only its own side still wants the answers; what is incomplete stays so. */
  private void inputEnded(Object event) throws Http2Exception {
    if (endOfInput != null) {
      return;
    }
    endOfInput = event;
    draining = true;
    connection()
        .forEachActiveStream(
            stream -> {
              IncomingRequest request = reader.of(stream);
              Tunnel tunnel = reader.tunnelOf(stream);
              if (tunnel != null) {
                tunnel.inputEnded();
              } else if (request == null || !request.isDone()) {
                stream.close();
              }
              return true;
            });
    if (closing) {
      active().fireUserEventTriggered(event);
    } else {
      endIfIdle();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) throws Exception {
    closing = true;
    deadlines.stop();
    super.channelInactive(inactive);
  }
}
