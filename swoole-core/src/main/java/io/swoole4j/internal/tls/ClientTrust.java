// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides about the certificates of clients: against the authorities of the settings, or, when they
 * are not to be verified, not at all. Immutable.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private final Set<X509Certificate> authorities;
  private final boolean verify;
  private final boolean selfSigned;
  private final int depth;
  private final @Nullable X509ExtendedTrustManager verifier;

  private ClientTrust(TlsOptions.Clients clients, Set<X509Certificate> authorities) {
    this.authorities = authorities;
    this.verify = clients.verify();
    this.selfSigned = clients.selfSigned();
    this.depth = clients.depth();
    this.verifier = authorities.isEmpty() ? null : verifier(authorities);
  }

  /**
   * Reads the authorities.
   *
   * @throws IllegalStateException if a file is bad, or there is nothing to verify against
   */
  static ClientTrust read(TlsOptions.Clients clients) {
    Set<X509Certificate> authorities = new LinkedHashSet<>();
    add(authorities, "ssl_client_cert_file", clients.certificateFile());
    add(authorities, "ssl_cafile", clients.authorityFile());
    if (!clients.authorityDirectory().isEmpty()) {
      authorities.addAll(directory(PemFile.path("ssl_capath", clients.authorityDirectory())));
    }
    if (clients.verify() && authorities.isEmpty() && !clients.selfSigned()) {
      throw new IllegalStateException(
          "ssl_verify_peer: true (expected: ssl_client_cert_file, ssl_cafile or ssl_capath with"
              + " the authorities to verify against)");
    }
    return new ClientTrust(clients, authorities);
  }

  private static void add(Set<X509Certificate> authorities, String setting, String file) {
    if (!file.isEmpty()) {
      authorities.addAll(Identity.certificates(PemFile.read(setting, file)));
    }
  }

  /** OpenSSL goes by the files' hashed names; here every certificate in the directory counts. */
  private static Set<X509Certificate> directory(Path directory) {
    Set<X509Certificate> found = new LinkedHashSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (Files.readString(file, ISO_8859_1).contains("CERTIFICATE-----")) {
          found.addAll(Identity.certificates(PemFile.read("ssl_capath", file)));
        }
      }
    } catch (NoSuchFileException e) {
      throw PemFile.failure("ssl_capath", directory, "no such directory", e);
    } catch (IOException e) {
      throw PemFile.failure("ssl_capath", directory, "cannot be read", e);
    }
    if (found.isEmpty()) {
      throw PemFile.failure("ssl_capath", directory, "there is no certificate in it", null);
    }
    return found;
  }

  private static X509ExtendedTrustManager verifier(Set<X509Certificate> authorities) {
    Set<TrustAnchor> anchors =
        authorities.stream()
            .map(authority -> new TrustAnchor(authority, null))
            .collect(Collectors.toSet());
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setMaxPathLength(-1);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ssl_verify_peer: not possible on this JVM", e);
    }
  }

  private void check(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    if (!verify || (selfSigned && isSelfSigned(chain))) {
      return;
    }
    if (verifier == null) {
      throw new CertificateException("client certificate: not self-signed");
    }
    checkDepth(chain);
    if (engine == null) {
      verifier.checkClientTrusted(chain, authType);
    } else {
      verifier.checkClientTrusted(chain, authType, engine);
    }
  }

  /** The JDK minds the length of a chain only where it has to find one itself. */
  private void checkDepth(X509Certificate[] chain) throws CertificateException {
    int between = 0;
    while (between + 1 < chain.length && !authorities.contains(chain[between + 1])) {
      between++;
    }
    if (depth > 0 && between > depth) {
      throw new CertificateException(
          "client certificate: "
              + between
              + " certificates below an authority (expected: ssl_verify_depth "
              + depth
              + ")");
    }
  }

  private static boolean isSelfSigned(X509Certificate[] chain) {
    X509Certificate certificate = chain[0];
    if (chain.length > 1
        || !certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.checkValidity();
      certificate.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, authType, null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, authType, null);
  }

  /** This is a server's: it is never asked about one. */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a server does not verify servers");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  /** What clients are told, so that they can choose a certificate. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.toArray(X509Certificate[]::new);
  }
}
