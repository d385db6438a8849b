// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Who does the cryptography. */
enum TlsProvider {
  /** The JDK; always there. */
  JDK(SslProvider.JDK),
  /** BoringSSL, by netty-tcnative, if that is on the class path. */
  OPENSSL(SslProvider.OPENSSL);

  /** What is offered unless the settings say otherwise: RFC 8996 forbids what is older. */
  static final List<String> USUAL_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private final SslProvider netty;

  TlsProvider(SslProvider netty) {
    this.netty = netty;
  }

  /**
   * The provider that a setting asks for.
   *
   * @param name {@code auto}, {@code jdk} or {@code openssl}
   * @throws IllegalStateException if it is not there
   */
  static TlsProvider of(String name) {
    TlsProvider wanted =
        name.equals("auto")
            ? OpenSsl.isAvailable() ? OPENSSL : JDK
            : valueOf(name.toUpperCase(Locale.ROOT));
    if (wanted == OPENSSL && !OpenSsl.isAvailable()) {
      throw new IllegalStateException(
          "ssl_provider: openssl (expected: netty-tcnative-boringssl-static on the class path)",
          OpenSsl.unavailabilityCause());
    }
    return wanted;
  }

  SslProvider netty() {
    return netty;
  }

  /** The suites it has, by their standard names. */
  Set<String> suites() {
    return this == JDK
        ? Set.copyOf(Arrays.asList(jdk().getCipherSuites()))
        : Set.copyOf(OpenSsl.availableJavaCipherSuites());
  }

  /** The versions it can speak, by their standard names. */
  Set<String> protocols() {
    if (this == OPENSSL) {
      return Set.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    }
    Set<String> known = new LinkedHashSet<>(Arrays.asList(jdk().getProtocols()));
    // The JDK goes on listing the ones that its security properties turn off.
    String disabled = Security.getProperty("jdk.tls.disabledAlgorithms");
    if (disabled != null) {
      known.removeAll(
          Arrays.stream(disabled.split(",", -1)).map(String::strip).collect(Collectors.toSet()));
    }
    return known;
  }

  private static SSLParameters jdk() {
    try {
      return SSLContext.getDefault().getSupportedSSLParameters();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("ssl_provider: jdk (expected: a JDK with TLS)", e);
    }
  }
}
