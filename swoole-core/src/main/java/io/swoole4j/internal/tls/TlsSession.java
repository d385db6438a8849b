// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The TLS of one connection after its handshake. Getters are safe from any thread. */
public final class TlsSession {
  private static final String DISCARD = "swoole.tls.discard";

  private static final Base64.Encoder PEM =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final SslHandler handler;
  private final @Nullable String applicationProtocol;
  private final @Nullable Certificate clientCertificate;

  TlsSession(SslHandler handler) {
    this.handler = handler;
    this.applicationProtocol = handler.applicationProtocol();
    this.clientCertificate = clientCertificate(handler);
  }

  private static @Nullable Certificate clientCertificate(SslHandler handler) {
    try {
      return handler.engine().getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  /**
   * What ALPN has agreed on.
   *
   * @return null if there was nothing to agree on
   */
  public @Nullable String applicationProtocol() {
    return applicationProtocol;
  }

  /**
   * The certificate that the client presented, as PEM.
   *
   * @return null if it presented none
   */
  public @Nullable String clientCertificate() {
    Certificate certificate = clientCertificate;
    if (certificate == null) {
      return null;
    }
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + PEM.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was decoded cannot be encoded", e);
    }
  }

  /**
   * Tells the peer that nothing more comes. What the peer sends from now on is not even decrypted.
   * On the event loop.
   *
   * @param channel the connection's channel
   * @return when the kernel has taken it
   */
  public ChannelFuture closeOutput(Channel channel) {
    channel.pipeline().addFirst(DISCARD, new Discard());
    return handler.closeOutbound();
  }

  /** Reads and drops. */
  private static final class Discard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
