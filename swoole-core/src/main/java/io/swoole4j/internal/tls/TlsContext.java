// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** What handshakes of one certificate are made with. Immutable. */
final class TlsContext {
  private final SslContext context;
  private final boolean jdk;
  private final boolean preferServerCiphers;
  private final boolean sessionTickets;
  private final List<String> curves;

  private TlsContext(SslContext context, TlsProvider provider, TlsOptions options) {
    this.context = context;
    this.jdk = provider == TlsProvider.JDK;
    this.preferServerCiphers = options.preferServerCiphers();
    this.sessionTickets = options.sessionTickets();
    this.curves = Curves.parse(options.curves());
  }

  /**
   * Reads the files and checks everything.
   *
   * @param options what to make
   * @param warnings told of what has no effect
   * @throws IllegalStateException if something is wrong, naming the setting, the file and the
   *     reason
   */
  static TlsContext of(TlsOptions options, Consumer<String> warnings) {
    TlsProvider provider = TlsProvider.of(options.provider());
    Identity identity = Identity.read(options.files());
    String invalidity = identity.invalidity();
    if (invalidity != null) {
      // Not refused: whoever renews it late wants a server that starts.
      warnings.accept("ssl_cert_file: " + options.files().certificate() + ": " + invalidity);
    }
    CipherChoice choice = CipherChoice.of(options, provider, identity, warnings);
    SslContextBuilder builder =
        SslContextBuilder.forServer(
                identity.key(), identity.chain().toArray(X509Certificate[]::new))
            .sslProvider(provider.netty())
            .protocols(choice.protocols());
    if (!options.ciphers().isEmpty()) {
      builder.ciphers(choice.suites(), IdentityCipherSuiteFilter.INSTANCE);
    }
    // Read even when nobody is asked: a wrong path is a mistake anyway.
    ClientTrust trust = ClientTrust.read(options.clients());
    if (options.clients().asked()) {
      builder
          .clientAuth(options.clients().verify() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
          .trustManager(trust);
    }
    if (!options.applicationProtocols().isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              options.applicationProtocols()));
    }
    chooseCurves(builder, options, provider);
    try {
      SslContext context = builder.build();
      sessionTickets(context, options, provider, warnings);
      return new TlsContext(context, provider, options);
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "ssl_cert_file: "
              + options.files().certificate()
              + ": the provider "
              + provider
              + " cannot use it: "
              + e.getMessage(),
          e);
    }
  }

  private static void chooseCurves(
      SslContextBuilder builder, TlsOptions options, TlsProvider provider) {
    List<String> curves = Curves.parse(options.curves());
    if (curves.isEmpty()) {
      return;
    }
    if (provider == TlsProvider.OPENSSL) {
      builder.option(OpenSslContextOption.GROUPS, Curves.forOpenSsl(curves));
    } else if (!Curves.canBeApplied()) {
      throw new IllegalStateException(
          "ssl_ecdh_curve: "
              + options.curves()
              + " (expected: auto; Java 20 or newer, or ssl_provider openssl, to choose)");
    }
  }

  /**
   * The JDK issues tickets by itself; BoringSSL makes and changes the keys for them itself, too,
   * which live no longer than the context.
   */
  private static void sessionTickets(
      SslContext context, TlsOptions options, TlsProvider provider, Consumer<String> warnings) {
    if (provider == TlsProvider.JDK) {
      if (!options.sessionTickets()) {
        warnings.accept(
            "ssl_session_tickets: false has no effect with the JDK's TLS, which only"
                + " -Djdk.tls.server.enableSessionTicketExtension=false turns to session ids");
      }
    } else if (!options.sessionTickets()) {
      BoringSslTickets.require();
    } else if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setTicketKeys();
    }
  }

  /** A handler for one connection. Its handshake has no deadline: {@link HandshakeGate} has. */
  SslHandler newHandler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeoutMillis(0);
    SSLEngine engine = handler.engine();
    if (jdk || !preferServerCiphers) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setUseCipherSuitesOrder(preferServerCiphers);
      engine.setSSLParameters(parameters);
    }
    if (!sessionTickets && engine instanceof ReferenceCountedOpenSslEngine boringSsl) {
      BoringSslTickets.turnOff(boringSsl);
    }
    if (jdk && !curves.isEmpty()) {
      Curves.apply(engine, curves);
    }
    return handler;
  }
}
