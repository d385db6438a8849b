// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a server says it is: a certificate with the chain behind it, and the key that belongs to it.
 *
 * @param key the private key
 * @param chain the certificate first
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {
  /**
   * Reads both and checks that they belong together.
   *
   * @param files where they are
   * @throws IllegalStateException if they cannot be read or do not belong together
   */
  static Identity read(TlsOptions.KeyFiles files) {
    PemFile certificates = PemFile.read("ssl_cert_file", files.certificate());
    // As in OpenSSL, the key may stand in the certificate's file.
    PemFile keys = files.key().isEmpty() ? certificates : PemFile.read("ssl_key_file", files.key());
    List<X509Certificate> chain = certificates(certificates);
    PrivateKey key = PrivateKeys.read(keys, files.passphrase());
    if (!belongs(key, chain.get(0))) {
      throw keys.failure(
          "the private key does not match the certificate in " + certificates.path(), null);
    }
    return new Identity(key, chain);
  }

  /** All certificates of a file, of which there is one at least. */
  static List<X509Certificate> certificates(PemFile file) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemFile.Block block : file.blocks()) {
      if (block.label().endsWith("CERTIFICATE")) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.bytes())));
        } catch (CertificateException e) {
          throw file.failure("a certificate in it is broken", e);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw file.failure("there is no CERTIFICATE in it", null);
    }
    return certificates;
  }

  /**
   * Why clients will refuse the certificate today.
   *
   * @return null if they have no reason
   */
  @Nullable String invalidity() {
    X509Certificate certificate = chain.get(0);
    try {
      certificate.checkValidity();
      return null;
    } catch (CertificateExpiredException e) {
      return "the certificate has expired, " + certificate.getNotAfter().toInstant();
    } catch (CertificateNotYetValidException e) {
      return "the certificate is not valid before " + certificate.getNotBefore().toInstant();
    }
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    byte[] sample = {1, 2, 3, 4};
    try {
      Signature signer = signature(key.getAlgorithm());
      signer.initSign(key);
      signer.update(sample);
      byte[] signed = signer.sign();
      Signature verifier = signature(key.getAlgorithm());
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(sample);
      return verifier.verify(signed);
    } catch (GeneralSecurityException e) {
      // A key of another kind.
      return false;
    }
  }

  private static Signature signature(String algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case "RSA", "DSA" -> Signature.getInstance("SHA256with" + algorithm);
      case "EC" -> Signature.getInstance("SHA256withECDSA");
      case "RSASSA-PSS" -> {
        Signature signature = Signature.getInstance(algorithm);
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        yield signature;
      }
      default -> Signature.getInstance(algorithm);
    };
  }
}
