// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * Ends a connection whose client begins another handshake, as below TLS 1.3 it may: each costs the
 * server far more than the client. The JDK can refuse them only for a whole JVM. Owned by the
 * connection's event loop.
 */
final class RenegotiationGuard extends ChannelInboundHandlerAdapter {
  static final String NAME = "swoole.tls.guard";

  private final SSLEngine engine;

  RenegotiationGuard(SslHandler handler) {
    this.engine = handler.engine();
  }

  /** Not with TLS 1.3, which has no renegotiation, nor with BoringSSL, which refuses it itself. */
  static boolean isNeeded(SSLEngine engine) {
    return !(engine instanceof ReferenceCountedOpenSslEngine)
        && !engine.getSession().getProtocol().equals("TLSv1.3");
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    HandshakeStatus status = engine.getHandshakeStatus();
    if (status != HandshakeStatus.NOT_HANDSHAKING && !engine.isInboundDone()) {
      context.fireExceptionCaught(new SSLException("the client asks for another handshake"));
    } else {
      context.fireChannelReadComplete();
    }
  }
}
