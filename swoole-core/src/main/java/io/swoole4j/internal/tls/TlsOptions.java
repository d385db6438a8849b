// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.util.List;
import java.util.Map;

/**
 * Everything about the TLS of one port, or of one name on it, resolved from settings.
 *
 * @param files the server's certificate and key
 * @param provider {@code auto}, {@code jdk} or {@code openssl}
 * @param versions the versions of the protocol
 * @param ciphers a cipher string of OpenSSL, empty for the provider's choice
 * @param preferServerCiphers whether the order of the server's suites counts
 * @param curves names of curves with colons between, or {@code auto}
 * @param sessionTickets whether clients may resume sessions by tickets
 * @param clients what is asked of clients
 * @param applicationProtocols what ALPN offers, the preferred first; empty for no ALPN
 * @param names other options for clients that ask for a certain name
 */
public record TlsOptions(
    KeyFiles files,
    String provider,
    Versions versions,
    String ciphers,
    boolean preferServerCiphers,
    String curves,
    boolean sessionTickets,
    Clients clients,
    List<String> applicationProtocols,
    Map<String, TlsOptions> names) {

  /**
   * Versions of the protocol.
   *
   * @param setting who chose them, for people
   * @param names such as {@code TLSv1.3}; empty for the usual ones
   */
  public record Versions(String setting, List<String> names) {}

  /**
   * Where a certificate and its key are.
   *
   * @param certificate the file with the certificate and its chain
   * @param key the file with the key; empty if it is in the certificate's
   * @param passphrase what the key is encrypted with; empty if it is not
   */
  public record KeyFiles(String certificate, String key, String passphrase) {
    @Override
    public String toString() {
      // Without the passphrase.
      return certificate + " " + key;
    }
  }

  /**
   * What is asked of clients.
   *
   * @param verify whether they have to present a certificate that can be verified
   * @param selfSigned whether one that they signed themselves will do
   * @param certificateFile authorities that clients are told of; empty for none
   * @param authorityFile more authorities; empty for none
   * @param authorityDirectory a directory with more authorities; empty for none
   * @param depth how many authorities may stand between the client and a known one; 0 for any
   */
  public record Clients(
      boolean verify,
      boolean selfSigned,
      String certificateFile,
      String authorityFile,
      String authorityDirectory,
      int depth) {

    /**
     * Whether clients are asked for a certificate at all.
     *
     * @return true if they are
     */
    public boolean asked() {
      return verify || !certificateFile.isEmpty();
    }
  }
}
