// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands between socket and TLS and resets a peer that TLS has to answer without end while it takes
 * none of the answers; what such a peer sends need not reach any other handler. Owned by the
 * connection's event loop.
 */
final class TlsFloodGuard extends ChannelInboundHandlerAdapter {
  static final String NAME = "swoole.tls.flood";

  private final Connection connection;

  TlsFloodGuard(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.fireChannelRead(message);
    if (!context.channel().isWritable() && connection.outbound().isFloodedByTls()) {
      connection
          .reactor()
          .logger()
          .debug("{} asks for new keys of TLS and does not take the answers", connection);
      connection.outbound().reset();
    }
  }
}
