// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Notes what arrives before a protocol makes messages of it, and that a read is going on. Owned by
 * the connection's event loop.
 */
final class ReadMeter extends ChannelInboundHandlerAdapter {
  private final Connection connection;

  ReadMeter(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      connection.receivedNow(bytes.readableBytes());
    }
    connection.reactor().reading(true);
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    connection.reactor().reading(false);
    context.fireChannelReadComplete();
  }
}
