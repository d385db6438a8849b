// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.ServerLogs;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of what the decoder yields, and refuses what is not one: the first error is
 * answered, behind the responses that are still due, and ends the connection. Owned by the
 * connection's event loop.
 */
final class Http1Handler extends ChannelInboundHandlerAdapter {

  private static final int BAD_REQUEST = 400;
  private static final int TIMEOUT = 408;
  private static final int BODY_TOO_LARGE = 413;
  private static final int URI_TOO_LONG = 414;
  private static final int HEAD_TOO_LARGE = 431;

  private final PortProtocol.Session session;
  private final HttpLimits limits;
  private final RequestSink sink;
  private final StrictDecoder decoder;
  private final String slot;
  private final Http1Connection connection;
  private final Deadlines deadlines;
  private final BodyBuffer body = new BodyBuffer();
  private final ArrivingForm form;
  private final @Nullable AccessLog log;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Http1Exchange last;
  private @Nullable RequestHead head;
  private long bodyLength;
  private boolean ignoring;
  private boolean inputEnded;

  Http1Handler(
      PortProtocol.Session session,
      StrictDecoder decoder,
      ResponseEncoder encoder,
      HttpLimits limits,
      ArrivingForm form,
      @Nullable AccessLog log,
      RequestSink sink,
      String slot) {
    this.session = session;
    this.decoder = decoder;
    this.limits = limits;
    this.form = form;
    this.log = log;
    this.sink = sink;
    this.slot = slot;
    this.connection =
        new Http1Connection(
            session, encoder, limits.pipeline(), this::resume, this::goodbye, this::change);
    this.deadlines =
        new Deadlines(limits, connection, this::overdue, () -> inputEnded || decoder.isAtEnd());
  }

  Http1Connection connection() {
    return connection;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    // The connection speaks another protocol from now on.
    deadlines.stop();
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    deadlines.start(active);
    active.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    try {
      if (ignoring || connection.isClosing()) {
        ignore();
      } else {
        read(message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(Object message) {
    try {
      if (message instanceof HttpRequest request) {
        begin(request);
      }
      if (message instanceof HttpContent content && head != null) {
        add(content, head);
      }
    } catch (BadRequestException e) {
      refuse(e.status(), e.getMessage());
    }
  }

  private void begin(HttpRequest request) throws BadRequestException {
    byte[] raw = decoder.takeBytes();
    Throwable failure = request.decoderResult().cause();
    if (failure != null) {
      throw refusal(failure);
    }
    int start = HeadScanner.emptyLines(raw);
    if (raw.length - start > limits.headBytes()) {
      throw new BadRequestException(HEAD_TOO_LARGE, "head of " + (raw.length - start) + " bytes");
    }
    KnownHeaders known = HeadScanner.check(raw, start, limits.headers());
    long length = HeadRules.check(request, known);
    boolean waiting = HeadRules.expectsContinue(request, known);
    RequestHead now =
        new RequestHead(
            request.method().name(),
            HeadRules.target(request),
            request.protocolVersion().text(),
            request.headers(),
            start == 0 ? raw : Arrays.copyOfRange(raw, start, raw.length));
    head = now;
    bodyLength = length;
    last = new Http1Exchange(connection, now, HeadRules.keepsAlive(request, known), last);
    boolean arriving = length != 0 && form.begin(now);
    if (!arriving && length > limits.messageBytes() - raw.length) {
      throw new BadRequestException(BODY_TOO_LARGE, "body of " + length + " bytes");
    }
    if (length != 0) {
      deadlines.bodyBegins();
      boolean chunks = length == HeadRules.IN_CHUNKS;
      // What follows a length is the body itself, which is kept once; so are files, elsewhere.
      decoder.keeping(chunks);
      if (chunks && arriving) {
        decoder.keepingTail();
      }
      if (waiting) {
        last.goAhead();
      }
    }
  }

  private void add(HttpContent content, RequestHead of) throws BadRequestException {
    Throwable failure = content.decoderResult().cause();
    if (failure instanceof TooLongHttpLineException) {
      throw new BadRequestException(BAD_REQUEST, "chunk extension above the limit");
    }
    if (failure != null) {
      throw refusal(failure);
    }
    int piece = content.content().readableBytes();
    if (piece > 0 && form.isArriving()) {
      form.add(content.content());
      deadlines.bodyArrives(piece);
    } else if (piece > 0) {
      int received = Math.max(body.length() + piece, decoder.keptBytes());
      if (received > limits.messageBytes() - of.raw().length) {
        throw new BadRequestException(BODY_TOO_LARGE, "body above the limit");
      }
      body.add(content.content(), bodyLength);
      deadlines.bodyArrives(piece);
    }
    if (content instanceof LastHttpContent end) {
      if (end.trailingHeaders().size() > limits.headers()) {
        throw new BadRequestException(
            HEAD_TOO_LARGE, "more than " + limits.headers() + " trailers");
      }
      complete(of);
    }
  }

  private void complete(RequestHead of) throws BadRequestException {
    byte[] raw = bodyLength == HeadRules.IN_CHUNKS ? decoder.takeBytes() : null;
    if (raw != null) {
      HeadScanner.checkTrailers(raw, limits.headers());
    }
    RequestMessage message =
        form.isArriving() ? form.finish(of) : new RequestMessage(of, body.take(), raw);
    Http1Exchange exchange = last;
    head = null;
    decoder.keeping(true);
    deadlines.bodyEnds();
    if (exchange == null) {
      throw new IllegalStateException("exchange: none (expected: that of the request)");
    }
    if (!exchange.keepsAlive() || connection.isDraining()) {
      ignore();
    } else if (connection.inFlight() == 1 && sink.mayUpgrade(of)) {
      connection.pauseFor(exchange);
      decoder.pause();
      session.read(false);
    } else if (connection.pauseIfFull()) {
      decoder.pause();
      session.read(false);
    }
    sink.request(exchange, message);
  }

  private static BadRequestException refusal(Throwable failure) {
    int status = BAD_REQUEST;
    if (failure instanceof TooLongHttpLineException) {
      status = URI_TOO_LONG;
    } else if (failure instanceof TooLongHttpHeaderException) {
      status = HEAD_TOO_LARGE;
    } else if (failure instanceof PrematureChannelClosureException) {
      status = 0;
    }
    return new BadRequestException(status, String.valueOf(failure.getMessage()));
  }

  /** Answers an error and ends the connection; status 0 has no answer. */
  private void refuse(int status, @Nullable String why) {
    ServerLogs.here(Http1Handler.class)
        .debug("fd {} refused with {}: {}", session.fd(), status, why);
    ignore();
    note(status);
    Http1Exchange exchange = last;
    if (head == null || exchange == null) {
      last = exchange = new Http1Exchange(connection, null, false, exchange);
    }
    head = null;
    if (status == 0) {
      exchange.abort();
    } else {
      exchange.refuse(status);
    }
  }

  private void note(int status) {
    ChannelHandlerContext own = context;
    if (log != null && own != null && status != 0) {
      log.refused(session.fd(), own.channel().remoteAddress(), head, status);
    }
  }

  private void ignore() {
    ignoring = true;
    decoder.ignore();
    body.clear();
    form.abort();
    deadlines.bodyEnds();
  }

  /** Some request was answered: there is room for others. */
  private void resume() {
    ChannelHandlerContext own = context;
    if (own == null || own.isRemoved() || !decoder.isPaused()) {
      return;
    }
    ChannelHandlerContext of = own.pipeline().context(decoder);
    if (of != null) {
      session.read(true);
      try {
        decoder.resume(of);
      } catch (Exception e) {
        own.fireExceptionCaught(e);
      }
      readCompleted();
    }
  }

  /** Another protocol takes over; what the client has sent behind its request is the new one's. */
  private void change(UpgradedConnection to) {
    ChannelHandlerContext own = context;
    if (own == null || own.isRemoved() || own.pipeline().context(decoder) == null) {
      to.lost();
      return;
    }
    deadlines.stop();
    body.clear();
    ChannelPipeline pipeline = own.pipeline();
    Object end = decoder.takeEnd();
    to.install(pipeline, slot);
    pipeline.remove(this);
    ChannelHandlerContext before = pipeline.context(decoder);
    // Gives what it has gathered to whoever is behind it now.
    pipeline.remove(decoder);
    if (end != null) {
      before.fireUserEventTriggered(end);
    }
    session.read(true);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) {
    readCompleted();
    read.fireChannelReadComplete();
  }

  private void readCompleted() {
    if (head == null && !ignoring && decoder.isHeadTooLong()) {
      refuse(HEAD_TOO_LARGE, "head above the limit");
    }
    deadlines.headIs(head == null && !ignoring && !decoder.isPaused() && decoder.hasBegun());
  }

  /** The client takes too long over what it sends, or has waited long enough. */
  private void overdue(boolean silent) {
    if (silent) {
      ignore();
      // The end of the input, if there is one, waits for answers or behind requests no more.
      connection.close();
      Object end = decoder.takeEnd();
      ChannelHandlerContext own = context;
      if (end != null && own != null) {
        own.fireUserEventTriggered(end);
      }
    } else {
      refuse(TIMEOUT, "too slow");
    }
  }

  /** The server stops: what is in flight is answered, and is the last. */
  private void goodbye() {
    connection.drain();
    if (head == null) {
      ignore();
    }
    if (connection.inFlight() == 0) {
      session.close(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (!StrictDecoder.isEnd(event)) {
      triggered.fireUserEventTriggered(event);
      return;
    }
    if (head != null) {
      refuse(0, "the client ended within a request");
    }
    ignore();
    inputEnded = true;
    // Whoever ends only its own side still wants the answers.
    connection.drain();
    connection.whenIdle(() -> triggered.fireUserEventTriggered(event));
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    deadlines.stop();
    ignore();
    head = null;
    Http1Exchange exchange = connection.first();
    while (exchange != null) {
      exchange.lost();
      exchange = exchange.next();
    }
    inactive.fireChannelInactive();
  }
}
