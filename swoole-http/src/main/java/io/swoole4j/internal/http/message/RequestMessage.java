// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import org.jspecify.annotations.Nullable;

/** A whole request. Immutable; the arrays are not to be changed. */
public final class RequestMessage {
  private final RequestHead head;
  private final byte[] body;
  private final byte @Nullable [] rawBody;

  /**
   * A request.
   *
   * @param head its first line and headers
   * @param body its body without transfer coding
   * @param rawBody the body as it was sent, null when that is the same
   */
  public RequestMessage(RequestHead head, byte[] body, byte @Nullable [] rawBody) {
    this.head = head;
    this.body = body;
    this.rawBody = rawBody;
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
    return head.raw().length + body.length + (rawBody == null ? 0 : rawBody.length);
  }
}
