// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;

/** Where whole requests go. Called on the connection's event loop. */
public interface RequestSink {
  /**
   * A request is complete.
   *
   * @param exchange the way back
   * @param request the request
   */
  void request(Exchange exchange, RequestMessage request);

  /**
   * Whether the answer to a request may change the protocol of the connection: then nothing behind
   * it is decoded until it is answered.
   *
   * @param head the request
   * @return false if its answer will be one of HTTP
   */
  default boolean mayUpgrade(RequestHead head) {
    return false;
  }
}
