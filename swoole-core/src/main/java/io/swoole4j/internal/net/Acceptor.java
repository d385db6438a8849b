// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.swoole4j.internal.util.ThrottledLogger;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Gives every accepted socket its session id, in the order of accept, or refuses it when the server
 * is full; stops accepting for a while where that is too fast or fails. Sits in the pipeline of the
 * listening sockets; on the accepting thread.
 */
@Sharable
final class Acceptor extends ChannelInboundHandlerAdapter {
  static final AttributeKey<Long> FD = AttributeKey.valueOf(Acceptor.class, "fd");

  /** How long nothing is accepted after there was no descriptor or no memory for it. */
  private static final long EXHAUSTED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The same after a failure that may be the client's. */
  private static final long FAILED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Inbound inbound;
  private final ConnectionRegistry registry;
  private final Admission admission;
  private final boolean knowsClients;
  private final ThrottledLogger failed;

  /**
   * The acceptor of one port.
   *
   * @param inbound the way in
   * @param knowsClients whether the peers are the clients, and not proxies that speak for them
   */
  Acceptor(Inbound inbound, boolean knowsClients) {
    this.inbound = inbound;
    this.registry = inbound.registry();
    this.admission = inbound.admission();
    this.knowsClients = knowsClients;
    this.failed = new ThrottledLogger(inbound.logging().of(Acceptor.class), inbound.clock());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel child = (Channel) message;
    if (inbound.isStopping()) {
      // By an event loop that was stuck until now: the one that it would go to may have ended.
      child.unsafe().closeForcibly();
      return;
    }
    if (!admission.admit(child, knowsClients ? child.remoteAddress() : null)) {
      return;
    }
    child.attr(FD).set(registry.nextFd());
    long pause = admission.accepted();
    if (pause > 0) {
      pause(context.channel(), pause);
    }
    context.fireChannelRead(message);
  }

  /** Not passed on: others would log it each time and stop for good measure too. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed.warn("a connection cannot be accepted", cause);
    pause(context.channel(), isExhaustion(cause) ? EXHAUSTED_NANOS : FAILED_NANOS);
  }

  private static boolean isExhaustion(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("too many open files")
        || message.contains("memory")
        || message.contains("buffer");
  }

  /** The clients wait in the kernel's queue meanwhile. */
  private static void pause(Channel listening, long nanos) {
    if (listening.config().isAutoRead() && !listening.eventLoop().isShuttingDown()) {
      listening.config().setAutoRead(false);
      listening
          .eventLoop()
          .schedule(
              () -> {
                if (listening.isOpen()) {
                  listening.config().setAutoRead(true);
                }
              },
              nanos,
              TimeUnit.NANOSECONDS);
    }
  }
}
