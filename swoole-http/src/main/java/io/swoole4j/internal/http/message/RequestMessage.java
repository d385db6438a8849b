// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.swoole4j.internal.http.upload.FormData;
import org.jspecify.annotations.Nullable;

/** A whole request. Immutable; the arrays are not to be changed. */
public final class RequestMessage {
  private final RequestHead head;
  private final byte[] body;
  private final byte @Nullable [] rawBody;
  private final @Nullable FormData form;

  /**
   * A request.
   *
   * @param head its first line and headers
   * @param body its body without transfer coding
   * @param rawBody the body as it was sent, null when that is the same
   */
  public RequestMessage(RequestHead head, byte[] body, byte @Nullable [] rawBody) {
    this(head, body, rawBody, null);
  }

  private RequestMessage(
      RequestHead head, byte[] body, byte @Nullable [] rawBody, @Nullable FormData form) {
    this.head = head;
    this.body = body;
    this.rawBody = rawBody;
    this.form = form;
  }

  /**
   * A request whose body was a form with files, and was read as it arrived.
   *
   * @param head its first line and headers
   * @param form what the form held
   * @return the request, without body
   */
  public static RequestMessage of(RequestHead head, FormData form) {
    return new RequestMessage(head, new byte[0], null, form);
  }

  /**
   * The same request with its body inflated.
   *
   * @param inflated the body without content coding
   * @return a request that says of its body what is true now, with the bytes that were sent
   */
  public RequestMessage withBody(byte[] inflated) {
    HttpHeaders headers = head.headers().copy();
    headers.remove(HttpHeaderNames.CONTENT_ENCODING);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, inflated.length);
    return new RequestMessage(
        head.withHeaders(headers), inflated, rawBody == null ? body : rawBody, form);
  }

  /**
   * The same request with another head.
   *
   * @param other the head
   * @return a new request
   */
  public RequestMessage withHead(RequestHead other) {
    return new RequestMessage(other, body, rawBody, form);
  }

  /**
   * The form, if its body was read as it arrived.
   *
   * @return null if it was not
   */
  public @Nullable FormData form() {
    return form;
  }

  /**
   * Its first line and headers.
   *
   * @return the head
   */
  public RequestHead head() {
    return head;
  }

  /**
   * Its body.
   *
   * @return the bytes without transfer coding
   */
  public byte[] body() {
    return body;
  }

  /**
   * The exact bytes of the request.
   *
   * @return a new array
   */
  public byte[] data() {
    byte[] sent = rawBody == null ? body : rawBody;
    byte[] data = new byte[head.raw().length + sent.length];
    System.arraycopy(head.raw(), 0, data, 0, head.raw().length);
    System.arraycopy(sent, 0, data, head.raw().length, sent.length);
    return data;
  }

  /**
   * How many bytes it holds in memory.
   *
   * @return head and body, about
   */
  public int size() {
    return head.size() + body.length + (rawBody == null ? 0 : rawBody.length);
  }
}
