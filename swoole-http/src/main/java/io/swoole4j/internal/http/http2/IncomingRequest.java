// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;
import io.swoole4j.internal.http.http1.ArrivingForm;
import io.swoole4j.internal.http.http1.BadRequestException;
import io.swoole4j.internal.http.http1.BodyBuffer;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;

/** The request of one stream while it arrives. Owned by the connection's event loop. */
final class IncomingRequest {
  private static final int TOO_LARGE = 413;

  private final RequestHead head;
  private final Http2Exchange exchange;
  private final ArrivingForm form;
  private final BodyBuffer body = new BodyBuffer();
  private long length = -1;
  private boolean done;
  private long deadline;
  private long windowMovedNanos;
  private boolean windowClosed;

  IncomingRequest(RequestHead head, Http2Exchange exchange, ArrivingForm form) {
    this.head = head;
    this.exchange = exchange;
    this.form = form;
  }

  RequestHead head() {
    return head;
  }

  Http2Exchange exchange() {
    return exchange;
  }

  /** Whether it is complete or was refused: what still arrives is dropped. */
  boolean isDone() {
    return done;
  }

  /**
   * A body follows.
   *
   * @param announced its length, -1 if that was not said
   * @param limit bytes of head and body together
   * @param until when it has to be complete if it is small
   * @throws BadRequestException if it is too large
   */
  void bodyBegins(long announced, int limit, long until) throws BadRequestException {
    length = announced;
    deadline = until;
    if (!form.begin(head) && announced > limit - head.size()) {
      throw new BadRequestException(TOO_LARGE, "body of " + announced + " bytes");
    }
  }

  /**
   * Takes a piece of the body.
   *
   * @param limit bytes of head and body together
   * @return how many bytes of memory it took
   */
  int add(ByteBuf piece, int limit) throws BadRequestException {
    if (form.isArriving()) {
      form.add(piece);
      return 0;
    }
    int bytes = piece.readableBytes();
    if (body.length() + bytes > limit - head.size()) {
      throw new BadRequestException(TOO_LARGE, "body above the limit");
    }
    body.add(piece, length);
    return bytes;
  }

  void grantTime(long nanos) {
    deadline += nanos;
  }

  /** Until when the body has to be complete. */
  long deadline() {
    return deadline;
  }

  /** It is us who do not read. */
  void deadline(long until) {
    deadline = until;
  }

  int bodyLength() {
    return body.length();
  }

  /** All of it has arrived. */
  RequestMessage complete() throws BadRequestException {
    RequestMessage message =
        form.isArriving() ? form.finish(head) : new RequestMessage(head, body.take(), null);
    done = true;
    return message;
  }

  /** Nothing comes of it. */
  void drop() {
    done = true;
    body.clear();
    form.abort();
  }

  /** Nothing waits for room in the client's windows. */
  void windowIsOpen() {
    windowClosed = false;
  }

  /**
   * Something waits for room in the client's windows. Whoever looks now does not know since when:
   * the client's time begins when this is first seen.
   *
   * @return since when the client counts as granting nothing
   */
  long windowIsClosed(long now) {
    if (!windowClosed) {
      windowClosed = true;
      windowMovedNanos = now;
    }
    return windowMovedNanos;
  }

  /**
   * The client has granted more of the stream's window.
   *
   * @param earned the time that so many bytes may take
   */
  void windowMoved(long now, long earned) {
    windowMovedNanos = Math.min(now, windowMovedNanos + earned);
  }
}
