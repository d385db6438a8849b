// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The words of OpenSSL's cipher strings and the suites that each of them stands for. */
final class CipherWord {
  /** Words of OpenSSL, past and present, for suites that no provider of ours has. */
  private static final Set<String> NOTHING_HERE =
      Set.of(
          "LOW",
          "EXP",
          "EXPORT",
          "EXPORT40",
          "EXPORT56",
          "SSLv2",
          "DES",
          "RC2",
          "IDEA",
          "SEED",
          "CAMELLIA",
          "CAMELLIA128",
          "CAMELLIA256",
          "ARIA",
          "ARIA128",
          "ARIA256",
          "ARIAGCM",
          "AESCCM",
          "AESCCM8",
          "CBC3",
          "PSK",
          "kPSK",
          "kRSAPSK",
          "kECDHEPSK",
          "kDHEPSK",
          "aPSK",
          "SRP",
          "kSRP",
          "aSRP",
          "KRB5",
          "kKRB5",
          "aKRB5",
          "GOST",
          "kGOST",
          "kGOST18",
          "aGOST",
          "aGOST01",
          "aGOST12",
          "GOST89",
          "GOST94",
          "GOST2012",
          "GOST12",
          "kECDHr",
          "kECDHe",
          "kECDH",
          "aECDH",
          "kDHr",
          "kDHd",
          "FZA",
          "kFZA",
          "aFZA",
          "eFZA");

  private static final Map<String, Predicate<CipherSuite>> WORDS = new HashMap<>();

  static {
    put(suite -> !suite.encryption().equals("eNULL"), "ALL");
    put(encryption("eNULL"), "COMPLEMENTOFALL", "eNULL", "NULL");
    put(
        authentication("aNULL")
            .or(authentication("aDSS"))
            .or(encryption("RC4", "3DES"))
            .and(encryption("eNULL").negate()),
        "COMPLEMENTOFDEFAULT");
    put(encryption("AESGCM", "AES", "CHACHA20"), "HIGH");
    put(encryption("RC4", "3DES"), "MEDIUM");
    Predicate<CipherSuite> named = authentication("aNULL").negate();
    put(keyExchange("kRSA"), "kRSA", "RSA");
    put(authentication("aRSA"), "aRSA");
    put(keyExchange("kDHE"), "kDHE", "kEDH", "DH");
    put(keyExchange("kDHE").and(named), "DHE", "EDH");
    put(keyExchange("kDHE").and(named.negate()), "ADH");
    put(keyExchange("kECDHE"), "kECDHE", "kEECDH", "ECDH");
    put(keyExchange("kECDHE").and(named), "ECDHE", "EECDH");
    put(keyExchange("kECDHE").and(named.negate()), "AECDH");
    put(authentication("aNULL"), "aNULL");
    put(authentication("aDSS"), "aDSS", "DSS");
    put(authentication("aECDSA"), "aECDSA", "ECDSA");
    put(since("TLSv1.2"), "TLSv1.2");
    put(since("TLSv1"), "TLSv1", "TLSv1.0");
    put(since("SSLv3"), "SSLv3");
    put(encryption("AES", "AESGCM"), "AES");
    put(encryption("AES", "AESGCM").and(suite -> suite.bits() == 128), "AES128");
    put(encryption("AES", "AESGCM").and(suite -> suite.bits() == 256), "AES256");
    put(encryption("AES"), "AESCBC");
    put(encryption("AESGCM"), "AESGCM");
    put(encryption("CHACHA20"), "CHACHA20");
    put(encryption("3DES"), "3DES");
    put(encryption("RC4"), "RC4");
    put(mac("MD5"), "MD5");
    put(mac("SHA1"), "SHA1", "SHA");
    put(mac("SHA256"), "SHA256");
    put(mac("SHA384"), "SHA384");
    NOTHING_HERE.forEach(word -> put(suite -> false, word));
  }

  private CipherWord() {}

  private static void put(Predicate<CipherSuite> suites, String... words) {
    for (String word : words) {
      WORDS.put(word, suites);
    }
  }

  private static Predicate<CipherSuite> encryption(String... values) {
    Set<String> wanted = Set.of(values);
    return suite -> wanted.contains(suite.encryption());
  }

  private static Predicate<CipherSuite> authentication(String value) {
    return suite -> suite.authentication().equals(value);
  }

  private static Predicate<CipherSuite> keyExchange(String value) {
    return suite -> suite.keyExchange().equals(value);
  }

  private static Predicate<CipherSuite> since(String value) {
    return suite -> suite.since().equals(value);
  }

  private static Predicate<CipherSuite> mac(String value) {
    return suite -> suite.mac().equals(value);
  }

  /**
   * What a word selects.
   *
   * @param word a word or the name of a suite, in the letter case that OpenSSL uses
   * @return null if the word means nothing
   */
  static @Nullable Predicate<CipherSuite> suites(String word) {
    Predicate<CipherSuite> suites = WORDS.get(word);
    if (suites != null) {
      return suites;
    }
    return CipherSuite.ALL.stream().anyMatch(suite -> suite.isNamed(word))
        ? suite -> suite.isNamed(word)
        : null;
  }
}
