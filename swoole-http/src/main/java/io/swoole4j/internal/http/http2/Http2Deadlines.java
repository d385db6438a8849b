// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.swoole4j.internal.http.http1.DeadlineTimer;
import io.swoole4j.internal.http.http1.HttpLimits;

/**
 * How long a client may take over a head, a body, its next request, over granting room for a
 * response, and over reading what it is sent, and how long one that has ended its side may wait.
 * Owned by the connection's event loop.
 */
final class Http2Deadlines {
  private static final int TIMEOUT = 408;

  private final HttpLimits limits;
  private final Http2Handler handler;
  private final RequestReader reader;
  private final DeadlineTimer timer;

  private boolean inHead;
  private boolean carriedOnlyOthers;
  private long headNumber;
  private long headSince;
  private long idleSince = System.nanoTime();
  private boolean oneSided;
  private long sentNanos;

  Http2Deadlines(HttpLimits limits, Http2Handler handler, RequestReader reader) {
    this.limits = limits;
    this.handler = handler;
    this.reader = reader;
    this.timer = new DeadlineTimer(limits, this::left);
  }

  void start(ChannelHandlerContext added) {
    timer.start(added);
  }

  void stop() {
    timer.stop();
  }

  /**
   * Whether fields have begun to arrive and are not complete.
   *
   * @param number which they are: when others have begun, their time begins
   */
  void headIs(boolean incomplete, long number) {
    if (incomplete && !(inHead && number == headNumber)) {
      headSince = System.nanoTime();
      headNumber = number;
    }
    inHead = incomplete;
  }

  /** The last stream was closed. */
  void idle() {
    idleSince = System.nanoTime();
  }

  /** Something is queued for the client. */
  void sent() {
    if (oneSided) {
      sentNanos = System.nanoTime();
    }
  }

  private long left(ChannelHandlerContext own, long now) {
    long left =
        Math.min(Math.min(connectionLeft(own, now), streamsLeft(own, now)), takingLeft(own, now));
    return Math.min(left, answersLeft(now));
  }

  /** Time left for answers to a client that has ended its side. */
  private long answersLeft(long now) {
    if (handler.isClosing() || !handler.isInputEnded() || carriesOnlyOthers()) {
      return timer.period();
    }
    if (!oneSided || timer.isSending()) {
      oneSided = true;
      sentNanos = now;
    }
    long left = sentNanos + limits.writeNanos() - now;
    if (left <= 0) {
      handler.end(Http2Error.NO_ERROR, "not answered");
      return timer.period();
    }
    return left;
  }

  /** Time left for the next head. */
  private long connectionLeft(ChannelHandlerContext own, long now) {
    if (handler.isClosing()) {
      return timer.period();
    }
    long left = timer.period();
    if (inHead) {
      if (!own.channel().config().isAutoRead()) {
        // It is us who do not read.
        headSince = now;
      }
      left = headSince + limits.headNanos() - now;
    } else if (handler.connection().numActiveStreams() == 0) {
      long allowed = reader.hasAsked() ? limits.idleNanos() : limits.headNanos();
      left = idleSince + allowed - now;
    }
    if (left <= 0) {
      handler.end(Http2Error.NO_ERROR, inHead ? "head too slow" : "idle");
      return timer.period();
    }
    return left;
  }

  /** Time left for bodies, and for room that responses wait for. */
  private long streamsLeft(ChannelHandlerContext own, long now) {
    long[] left = {timer.period()};
    boolean reading = own.channel().config().isAutoRead();
    Http2Connection connection = handler.connection();
    if (handler.encoder().flowController().windowSize(connection.connectionStream()) > 0) {
      reader.connectionWindowIsOpen(now);
    }
    try {
      connection.forEachActiveStream(
          stream -> {
            IncomingRequest request = reader.of(stream);
            if (request != null) {
              left[0] = Math.min(left[0], bodyLeft(own, request, reading, now));
              if (!carriesOther(stream)) {
                left[0] = Math.min(left[0], windowLeft(own, stream, request, now));
              }
            }
            return true;
          });
    } catch (Http2Exception e) {
      own.fireExceptionCaught(e);
    }
    return left[0];
  }

  /** Such a stream may wait as long as a connection of that protocol may. */
  private boolean carriesOther(Http2Stream stream) {
    Tunnel tunnel = reader.tunnelOf(stream);
    return tunnel != null && tunnel.isOpened();
  }

  private long bodyLeft(
      ChannelHandlerContext own, IncomingRequest request, boolean reading, long now) {
    if (request.isDone()) {
      return timer.period();
    }
    if (!reading) {
      // It is us who do not read.
      request.deadline(now + limits.bodyNanos());
    }
    long left = request.deadline() - now;
    if (left <= 0) {
      reader.refuse(own, request, TIMEOUT, "too slow");
      return timer.period();
    }
    return left;
  }

  private long windowLeft(
      ChannelHandlerContext own, Http2Stream stream, IncomingRequest request, long now) {
    Http2RemoteFlowController flow = handler.encoder().flowController();
    Http2Stream all = handler.connection().connectionStream();
    if (!flow.hasFlowControlled(stream)
        || (flow.windowSize(stream) > 0 && flow.windowSize(all) > 0)) {
      request.windowIsOpen();
      if (flow.hasFlowControlled(stream)) {
        sentNanos = now;
      }
      return timer.period();
    }
    long moved = request.windowIsClosed(now);
    if (flow.windowSize(all) <= 0) {
      moved = Math.max(moved, reader.connectionWindowMoved());
    }
    long left = moved + limits.writeNanos() - now;
    if (left <= 0) {
      handler.resetStream(own, stream.id(), Http2Error.CANCEL.code(), own.newPromise());
      own.flush();
      return timer.period();
    }
    return left;
  }

  /**
   * Time left for a client that takes nothing of what waits for it. It counts while anything but
   * other protocols is open on the connection, from when that has been so.
   */
  private long takingLeft(ChannelHandlerContext own, long now) {
    boolean onlyOthers = carriesOnlyOthers();
    if (onlyOthers || carriedOnlyOthers) {
      timer.restart(now);
    }
    carriedOnlyOthers = onlyOthers;
    long left = timer.takingLeft(own.channel(), now);
    if (left <= 0) {
      handler.reset();
      return timer.period();
    }
    return left;
  }

  /** There is no request, at whatever stage, that the client may have to be there for. */
  private boolean carriesOnlyOthers() {
    Http2Connection connection = handler.connection();
    try {
      return connection.numActiveStreams() > 0
          && connection.forEachActiveStream(this::carriesOther) == null;
    } catch (Http2Exception e) {
      return false;
    }
  }
}
