// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;

/** A handler of plain Netty that writes its answers one by one and flushes once per read. */
abstract class NettySite<T> extends SimpleChannelInboundHandler<T> {
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) { // a client that leaves is no news
      System.err.println("connection closed: " + cause);
    }
    context.close();
  }
}
