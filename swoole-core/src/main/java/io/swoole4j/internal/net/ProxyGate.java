// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.util.NetworkNoise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a connection until its proxy has said whose it is (PROXY protocol, version 1 or 2):
 * only then there is a session. Owned by the channel's event loop.
 */
final class ProxyGate extends ChannelInboundHandlerAdapter {
  /** Most bytes of a header's extensions. */
  private static final int MAX_EXTENSIONS = 2048;

  private final ProxyTrust trust;
  private final Admission admission;
  private final Consumer<SocketAddress> open;
  private boolean refused;
  private @Nullable Future<?> deadline;

  private ProxyGate(ProxyTrust trust, Admission admission, Consumer<SocketAddress> open) {
    this.trust = trust;
    this.admission = admission;
    this.open = open;
  }

  /**
   * Puts a gate into a new pipeline.
   *
   * @param open given the client's address, appends the handlers of the connection
   */
  static void install(
      ChannelPipeline pipeline,
      ProxyTrust trust,
      Admission admission,
      Consumer<SocketAddress> open) {
    pipeline.addLast(PipelineSlots.PROXY, new HAProxyMessageDecoder(MAX_EXTENSIONS));
    pipeline.addLast(PipelineSlots.GATE, new ProxyGate(trust, admission, open));
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    if (trust.trusts(channel.remoteAddress())) {
      admission.gate(channel);
      deadline =
          channel
              .eventLoop()
              .schedule(
                  () -> refuse("no header in time", context),
                  trust.headerMillis(),
                  TimeUnit.MILLISECONDS);
    } else {
      refuse("not a trusted proxy", context);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (refused || !(message instanceof HAProxyMessage header)) {
      ReferenceCountUtil.release(message);
      return;
    }
    cancel();
    SocketAddress client;
    try {
      client = client(header, context.channel().remoteAddress());
    } catch (UnknownHostException e) {
      refuse("no address in the header", context);
      return;
    } finally {
      header.release();
    }
    if (admission.isOver() || !admission.admitClient(context.channel(), client)) {
      refused = true;
      context.close();
      return;
    }
    admission.open(context.channel());
    open.accept(client);
    context.fireChannelActive();
    context.pipeline().remove(this);
  }

  /** A proxy's own connections (LOCAL), and those it cannot name, are the proxy's. */
  private static SocketAddress client(HAProxyMessage header, SocketAddress peer)
      throws UnknownHostException {
    String address = header.sourceAddress();
    if (header.command() == HAProxyCommand.LOCAL || address == null) {
      return peer;
    }
    return switch (header.proxiedProtocol().addressFamily()) {
      case AF_IPv4, AF_IPv6 -> {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
          throw new UnknownHostException(address);
        }
        yield new InetSocketAddress(InetAddress.getByAddress(bytes), header.sourcePort());
      }
      case AF_UNSPEC, AF_UNIX -> peer;
    };
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancel();
    admission.ended();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (NetworkNoise.isExpected(cause)) {
      context.close();
    } else {
      refuse("malformed header", context);
    }
  }

  private void refuse(String why, ChannelHandlerContext context) {
    cancel();
    if (!refused) {
      refused = true;
      admission.refuseProxy(why, context.channel());
      context.close();
    }
  }

  private void cancel() {
    Future<?> waiting = deadline;
    deadline = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
