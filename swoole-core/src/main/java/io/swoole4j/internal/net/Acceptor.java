// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.swoole4j.internal.util.ThrottledLogger;

/**
 * Gives every accepted socket its session id, in the order of accept, or refuses it when the server
 * is full. Sits in the pipeline of the listening sockets; on the accepting thread.
 */
@Sharable
final class Acceptor extends ChannelInboundHandlerAdapter {
  static final AttributeKey<Long> FD = AttributeKey.valueOf(Acceptor.class, "fd");

  private final ConnectionRegistry registry;
  private final TrafficCounters counters;
  private final ThrottledLogger full;

  Acceptor(Inbound inbound) {
    registry = inbound.registry();
    counters = inbound.counters();
    full = new ThrottledLogger(inbound.logging().of(Acceptor.class), inbound.clock());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel child = (Channel) message;
    if (!registry.reserve()) {
      counters.aborted.increment();
      full.warn("max_connection reached, connection refused", child.remoteAddress());
      child.unsafe().closeForcibly();
      return;
    }
    child.closeFuture().addListener(closed -> registry.release());
    child.attr(FD).set(registry.nextFd());
    counters.accepted.increment();
    context.fireChannelRead(message);
  }
}
