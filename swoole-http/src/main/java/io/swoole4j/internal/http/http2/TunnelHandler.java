// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first handler of a stream's own channel: what is sent there first is an answer of HTTP, and
 * bytes only behind the one that opens the stream. Owned by the connection's event loop.
 */
final class TunnelHandler extends ChannelOutboundHandlerAdapter {
  private static final Logger LOGGER = LoggerFactory.getLogger(TunnelHandler.class);

  private final Tunnels tunnels;
  private final Tunnel tunnel;
  private final long fd;
  private boolean warned;

  TunnelHandler(Tunnels tunnels, Tunnel tunnel, long fd) {
    this.tunnels = tunnels;
    this.tunnel = tunnel;
    this.fd = fd;
  }

  @Override
  public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) {
    if (message instanceof Output output) {
      tunnels.write(output, promise);
    } else if (tunnel.isOpened()) {
      writing.write(message, promise);
    } else {
      ReferenceCountUtil.release(message);
      if (!warned) {
        warned = true;
        LOGGER.warn("fd {}: bytes not sent before the answer (expected: Response)", fd);
      }
      promise.setSuccess();
    }
  }
}
