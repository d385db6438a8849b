// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The protocol versions and suites that a context is made with, out of what was asked for and what
 * the provider has.
 *
 * @param protocols versions, at least one
 * @param suites suites by their standard names, the preferred first; empty for the provider's
 *     choice
 */
record CipherChoice(List<String> protocols, List<String> suites) {
  private static final String TLS13 = "TLSv1.3";

  /**
   * Chooses.
   *
   * @param options what was asked for
   * @param provider who has to have it
   * @param identity whose key the suites have to go with
   * @param warnings told of what is left out
   * @throws IllegalStateException if nothing is left
   */
  static CipherChoice of(
      TlsOptions options, TlsProvider provider, Identity identity, Consumer<String> warnings) {
    List<String> protocols = protocols(options, provider, warnings);
    if (options.ciphers().isEmpty()) {
      return new CipherChoice(protocols, List.of());
    }
    CipherString string = parse(options.ciphers(), warnings);
    Set<String> available = provider.suites();
    boolean tls13 = protocols.contains(TLS13);
    boolean older = protocols.size() > (tls13 ? 1 : 0);
    List<CipherSuite> suites =
        string.suites().stream().filter(suite -> available.contains(suite.javaName())).toList();
    if (suites.stream().allMatch(CipherSuite::isTls13) && !string.namesTls13()) {
      throw new IllegalStateException(
          "ssl_ciphers: " + options.ciphers() + ": no suite that the provider has is left");
    }
    requireOneFor(identity, suites, options, older && !tls13, warnings);
    return new CipherChoice(
        protocols,
        suites.stream()
            .filter(suite -> suite.isTls13() ? tls13 : older)
            .map(CipherSuite::javaName)
            .toList());
  }

  private static CipherString parse(String text, Consumer<String> warnings) {
    CipherString string;
    try {
      string = CipherString.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("ssl_ciphers: " + text + ": " + e.getMessage(), e);
    }
    string
        .ignored()
        .forEach(word -> warnings.accept("ssl_ciphers: " + word + " has no effect here"));
    return string;
  }

  /** Suites below TLS 1.3 go with one kind of key. */
  private static void requireOneFor(
      Identity identity,
      List<CipherSuite> suites,
      TlsOptions options,
      boolean needed,
      Consumer<String> warnings) {
    String kind = identity.key().getAlgorithm();
    String wanted = kind.startsWith("RSA") ? "aRSA" : kind.equals("DSA") ? "aDSS" : "aECDSA";
    Predicate<CipherSuite> usable =
        suite -> suite.authentication().equals(wanted) || suite.authentication().equals("aNULL");
    if (suites.stream().anyMatch(usable)) {
      return;
    }
    String problem = "ssl_ciphers: " + options.ciphers() + ": no suite for a key of type " + kind;
    if (needed) {
      throw new IllegalStateException(problem);
    }
    warnings.accept(problem + " below TLS 1.3");
  }

  private static List<String> protocols(
      TlsOptions options, TlsProvider provider, Consumer<String> warnings) {
    List<String> chosen = options.versions().names();
    if (chosen.isEmpty()) {
      return TlsProvider.USUAL_PROTOCOLS;
    }
    String setting = options.versions().setting();
    Set<String> available = provider.protocols();
    List<String> wanted = new ArrayList<>(chosen);
    wanted.retainAll(available);
    if (wanted.isEmpty()) {
      throw new IllegalStateException(
          setting
              + ": "
              + String.join(", ", chosen)
              + " (expected: one that the provider offers: "
              + String.join(", ", available)
              + ")");
    }
    chosen.stream()
        .filter(protocol -> !available.contains(protocol))
        .forEach(protocol -> warnings.accept(setting + ": " + protocol + " is not offered"));
    return wanted;
  }
}
