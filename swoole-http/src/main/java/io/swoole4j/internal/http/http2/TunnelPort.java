// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.channel.Channel;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.spi.PortProtocol;

/** A port of whose connections a stream may carry another protocol (RFC 8441). */
public interface TunnelPort {
  /**
   * What a stream may carry.
   *
   * @return a name as in Upgrade, such as {@code websocket}
   */
  String protocol();

  /**
   * A client asks for it on a stream of its own. On the event loop.
   *
   * @param channel the stream as a channel
   * @param session the connection that the stream is about to become, with an id of its own
   * @param exchange the request and the way to answer it
   * @param message the request
   */
  void request(
      Channel channel, PortProtocol.Session session, Exchange exchange, RequestMessage message);
}
