// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import static io.swoole4j.internal.http.coding.ContentCoding.BR;
import static io.swoole4j.internal.http.coding.ContentCoding.DEFLATE;
import static io.swoole4j.internal.http.coding.ContentCoding.GZIP;
import static io.swoole4j.internal.http.coding.ContentCoding.ZSTD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's weights decide, then the server's preference. */
class AcceptEncodingTest {

  private static Optional<ContentCoding> choose(@Nullable String field) {
    return AcceptEncoding.parse(field).choose();
  }

  @Test
  void takesTheOnlyCodingThatIsAccepted() {
    assertThat(choose("gzip")).contains(GZIP);
    assertThat(choose("x-gzip")).contains(GZIP);
    assertThat(choose("DEFLATE")).contains(DEFLATE);
    assertThat(choose("br")).contains(BR);
    assertThat(choose("zstd")).contains(ZSTD);
  }

  @Test
  void prefersAmongEqualsInItsOwnOrder() {
    assertThat(choose("zstd, deflate, gzip, br")).contains(BR);
    assertThat(choose("zstd, deflate,gzip")).contains(GZIP);
    assertThat(choose("zstd,\tdeflate")).contains(DEFLATE);
    assertThat(choose("*")).contains(BR);
  }

  @Test
  void followsWeights() {
    assertThat(choose("br;q=0.5, gzip;q=0.8, deflate;q=0.799")).contains(GZIP);
    assertThat(choose("br; q=0.1, *;q=0.2")).contains(GZIP);
    assertThat(choose("gzip;q=0.001")).contains(GZIP);
    assertThat(choose("gzip;Q=1.000")).contains(GZIP);
  }

  @Test
  void neverUsesWhatHasNoWeight() {
    assertThat(choose("gzip;q=0")).isEmpty();
    assertThat(choose("br;q=0.000, gzip;q=0.0, deflate")).contains(DEFLATE);
    assertThat(choose("*;q=0")).isEmpty();
    assertThat(choose("*, br;q=0")).contains(GZIP);
    assertThat(choose("gzip;q=0, *;q=0, identity")).isEmpty();
  }

  @Test
  void sendsAsItIsWhenTheClientPrefersThat() {
    assertThat(choose("identity, gzip;q=0.5")).isEmpty();
    assertThat(choose("identity;q=0.5, gzip")).contains(GZIP);
    assertThat(choose("identity;q=0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        ";",
        "gzip;q",
        "gzip;q=",
        "gzip;q=2",
        "gzip;q=1.001",
        "gzip;q=-1",
        "gzip;q=0.5000",
        "gzip;x=1",
        "gzip;q=.5",
        "gzip;q=NaN",
        "compress",
        "gzip br"
      })
  void takesNothingMalformedForConsent(String field) {
    assertThat(choose(field)).isEmpty();
  }

  @Test
  void takesNothingWithoutTheField() {
    assertThat(choose(null)).isEmpty();
  }
}
