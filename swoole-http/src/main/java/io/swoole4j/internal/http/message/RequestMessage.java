// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import org.jspecify.annotations.Nullable;

/**
 * A whole request. Immutable; the arrays are not to be changed.
 *
 * @param head its first line and headers
 * @param body its body without transfer coding
 * @param rawBody the body as it was sent, null when that is the same
 */
public record RequestMessage(RequestHead head, byte[] body, byte @Nullable [] rawBody) {

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
