// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestMessage;

/** Where whole requests go. Called on the connection's event loop. */
@FunctionalInterface
public interface RequestSink {
  /**
   * A request is complete.
   *
   * @param exchange the way back
   * @param request the request
   */
  void request(Exchange exchange, RequestMessage request);
}
