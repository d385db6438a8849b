// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.swoole4j.internal.http.form.BodyRefusedException;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.internal.http.upload.FormDataReader;
import io.swoole4j.internal.http.upload.MultipartBoundary;
import org.jspecify.annotations.Nullable;

/**
 * A form with files that is read as it arrives, so that it needs no memory. Its files are written
 * here, no more than one read of the connection at a time: the next read waits for the disk. Owned
 * by the connection's event loop.
 */
public final class ArrivingForm {
  private static final byte[] NONE = {};

  private final FormDataReader.@Nullable Limits limits;
  private @Nullable FormDataReader reader;
  private byte[] scratch = NONE;

  /**
   * A reader of forms, one after the other.
   *
   * @param limits what they may hold; null if none is read as it arrives
   */
  public ArrivingForm(FormDataReader.@Nullable Limits limits) {
    this.limits = limits;
  }

  /**
   * Begins the body of a request.
   *
   * @param head the request
   * @return whether it is such a form
   */
  public boolean begin(RequestHead head) {
    if (limits == null
        || head.method().equals("GET")
        || head.isHead()
        || head.headers().contains(HttpHeaderNames.CONTENT_ENCODING)) {
      return false;
    }
    reader =
        MultipartBoundary.of(head.headers().get(HttpHeaderNames.CONTENT_TYPE))
            .map(boundary -> new FormDataReader(boundary, limits))
            .orElse(null);
    return reader != null;
  }

  /**
   * Whether such a form has begun.
   *
   * @return false once it was finished or aborted
   */
  public boolean isArriving() {
    return reader != null;
  }

  /**
   * Reads a piece.
   *
   * @param piece its bytes, which stay the caller's
   * @throws BadRequestException if the form has to be refused
   */
  public void add(ByteBuf piece) throws BadRequestException {
    FormDataReader form = arriving();
    int length = piece.readableBytes();
    if (scratch.length < length) {
      scratch = new byte[length];
    }
    piece.getBytes(piece.readerIndex(), scratch, 0, length);
    try {
      form.feed(scratch, 0, length);
    } catch (BodyRefusedException e) {
      throw refusal(e);
    }
  }

  /**
   * Ends the form.
   *
   * @param head the request
   * @return the whole request
   * @throws BadRequestException if the form has to be refused
   */
  public RequestMessage finish(RequestHead head) throws BadRequestException {
    FormDataReader form = arriving();
    try {
      RequestMessage message = RequestMessage.of(head, form.finish());
      reader = null;
      scratch = NONE;
      return message;
    } catch (BodyRefusedException e) {
      throw refusal(e);
    }
  }

  /** Nothing comes of it: its files are removed. */
  public void abort() {
    FormDataReader form = reader;
    reader = null;
    scratch = NONE;
    if (form != null) {
      form.abort();
    }
  }

  private FormDataReader arriving() {
    if (reader == null) {
      throw new IllegalStateException("form: none (expected: one that has begun)");
    }
    return reader;
  }

  private static BadRequestException refusal(BodyRefusedException refusal) {
    return new BadRequestException(refusal.status(), String.valueOf(refusal.getMessage()));
  }
}
