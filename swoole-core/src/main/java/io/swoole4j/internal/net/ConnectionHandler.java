// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.internal.codec.FramingException;
import io.swoole4j.internal.codec.PacketSink;
import io.swoole4j.internal.util.NetworkNoise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The last handler of every pipeline: turns bytes into packets and channel events into session
 * events. Owned by the connection's event loop.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements PacketSink {
  private final Logger logger;
  private final Connection connection;
  private final Reactor reactor;
  private final InboundFlow flow;
  private final @Nullable Framer framer;

  ConnectionHandler(Connection connection, @Nullable Framer framer) {
    this.connection = connection;
    this.logger = connection.reactor().logger();
    this.reactor = connection.reactor();
    this.flow = connection.flow();
    this.framer = framer;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    logger.debug("{} connected", connection);
    connection.begin();
    if (reactor.inbound().rules().closeEvents()) {
      reactor.deliver(connection, Signal.CONNECT);
    }
    // Others may find and close it from now on: its worker has to be chosen by then.
    reactor.inbound().registry().add(connection);
    if (connection.isCarried()) {
      // Within a read of the one that carries it.
      reactor.runAfterIteration();
    } else {
      reactor.readComplete();
    }
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes) || framer == null) {
      ReferenceCountUtil.release(message);
      return;
    }
    try {
      connection.receivedNow(bytes.readableBytes());
      if (!flow.isIgnoring()) {
        framer.decode(bytes, this);
        flow.account();
      }
    } catch (FramingException e) {
      flow.account();
      violated(e);
    } finally {
      bytes.release();
    }
  }

  private void violated(FramingException violation) {
    reactor.inbound().counters().aborted.increment();
    reactor.inbound().events().violated(connection, violation);
    flow.violated();
  }

  @Override
  public void packet(byte[] data) {
    flow.add(data, data.length);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    flow.account();
    reactor.readComplete();
    context.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    connection.outbound().write();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    // The end of the stream, or the peer's word that nothing more comes within it.
    if (event instanceof ChannelInputShutdownEvent
        || (event instanceof SslCloseCompletionEvent closed && closed.isSuccess())) {
      flow.endOfInput();
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    logger.debug("{} disconnected", connection);
    connection.channelClosed();
    reactor.readComplete();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (NetworkNoise.isExpected(cause)) {
      logger.debug("{} failed", connection, cause);
    } else {
      reactor.inbound().events().failed(connection, cause);
    }
    context.close();
  }
}
