// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.testing.OpenSslTool;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cipher strings mean what they mean to OpenSSL. */
final class CipherStringTest {
  /** The suites that OpenSSL 3 is built without. */
  private static final Set<String> NOT_BUILT = Set.of("3DES", "RC4");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH",
        "ALL",
        "ALL:COMPLEMENTOFALL",
        "DEFAULT",
        "DEFAULT:!kRSA:@STRENGTH",
        "HIGH:!aNULL:!MD5",
        "HIGH:!ADH:!EXPORT56:!LOW:+kRSA",
        "kEECDH:kEDH",
        "ECDH:-AES128:AES128+ECDHE",
        "ALL:-AESGCM:AESGCM+AES128:@STRENGTH:+ECDHE",
        "ALL:!ADH:!EXPORT56:RC4+RSA:+HIGH:+MEDIUM:+LOW:+SSLv2:+EXP",
        "AES128:AES256:@STRENGTH",
        "TLSv1.2+ECDSA:TLSv1:SSLv3:-RSA",
        "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA,AES128-SHA AES256-SHA",
        "SHA384:SHA256:SHA1:CHACHA20:!DSS",
        "DH:AECDH:ADH:DHE",
        "COMPLEMENTOFDEFAULT",
        "NULL:eNULL:aRSA"
      })
  void selectsAndOrdersAsOpenSslDoes(String text) {
    OpenSslTool.assumePresent();

    List<String> expected =
        Arrays.stream(OpenSslTool.run("ciphers", text + ":@SECLEVEL=0").strip().split(":", -1))
            .filter(name -> CipherWord.suites(name) != null && !name.startsWith("TLS_"))
            .toList();

    assertThat(
            CipherString.of(text).suitesBelow13().stream()
                .filter(suite -> !NOT_BUILT.contains(suite.encryption()))
                .map(CipherSuite::openSslName))
        .isNotEmpty()
        .containsExactlyElementsOf(expected);
  }

  @Test
  void knowsEverySuiteByTheNameOfTheJdk() {
    Set<String> known =
        CipherSuite.ALL.stream().map(CipherSuite::javaName).collect(Collectors.toSet());

    assertThat(TlsProvider.JDK.suites())
        .filteredOn(name -> !name.contains("SCSV"))
        .isSubsetOf(known);
  }

  @Test
  void offersTheSuitesOfTls13WhateverTheStringSaysUnlessItNamesSome() {
    assertThat(CipherString.of("ECDHE-RSA-AES128-GCM-SHA256").suites())
        .extracting(CipherSuite::javaName)
        .containsExactly(
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assertThat(
            CipherString.of("TLS_AES_128_GCM_SHA256:TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
                .suites())
        .extracting(CipherSuite::javaName)
        .containsExactly("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  }

  @Test
  void tellsTheWordsThatMeanNothing() {
    CipherString string = CipherString.of("EECDH+AESGMC:NO-SUCH:!BLAH:AES128-SHA:@SECLEVEL=1");

    assertThat(string.ignored()).containsExactly("AESGMC", "NO-SUCH", "BLAH", "@SECLEVEL=1");
    assertThat(string.suitesBelow13())
        .extracting(CipherSuite::openSslName)
        .containsOnly("AES128-SHA");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@WEAKNESS", "!", "AES++RSA", "AES/RSA", "+", "AES+"})
  void refusesWhatIsNotInOpenSslsLanguage(String text) {
    assertThatThrownBy(() -> CipherString.of(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
