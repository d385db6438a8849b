// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Set-Cookie lines are those of Swoole, and nothing breaks out of them. */
class CookieTest {

  private static final Clock NOON = Clock.fixed(Instant.ofEpochSecond(43_200), ZoneOffset.UTC);
  private static final String DELETED =
      "c=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0";

  private static Cookie cookie() {
    return new Cookie().withName("c");
  }

  @Test
  void isDeletedWithoutValueWhateverItsExpiry() {
    for (long expires : new long[] {0, -1, 1, 100_000}) {
      assertThat(cookie().withExpires(expires).withValue("").toString(NOON)).isEqualTo(DELETED);
      assertThat(cookie().withExpires(expires).withValue(null).toString(NOON)).isEqualTo(DELETED);
    }
  }

  @Test
  void lastsForTheSessionUnlessItExpires() {
    assertThat(cookie().withValue("v").toString(NOON)).isEqualTo("c=v");
    assertThat(cookie().withValue("v").withExpires(-1).toString(NOON)).isEqualTo("c=v");
  }

  @Test
  void tellsExpiryAsDateAndAsAge() {
    assertThat(cookie().withValue("v").withExpires(43_200 + 3600).toString(NOON))
        .isEqualTo("c=v; expires=Thu, 01-Jan-1970 13:00:00 GMT; Max-Age=3600");
    assertThat(cookie().withValue("v").withExpires(1).toString(NOON))
        .isEqualTo("c=v; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0");
    assertThat(cookie().withValue("v").withExpires(Long.MAX_VALUE).toString(NOON))
        .contains("31-Dec-9999 23:59:59 GMT");
  }

  @Test
  void putsAttributesInSwoolesOrder() {
    Cookie cookie =
        cookie()
            .withPartitioned(true)
            .withPriority("High")
            .withSameSite("None")
            .withHttpOnly(true)
            .withSecure(true)
            .withDomain("example.com")
            .withPath("/")
            .withExpires(43_201)
            .withValue("v");

    assertThat(cookie.toString(NOON))
        .isEqualTo(
            "c=v; expires=Thu, 01-Jan-1970 12:00:01 GMT; Max-Age=1; path=/; domain=example.com;"
                + " secure; HttpOnly; SameSite=None; Priority=High; Partitioned");
    assertThat(cookie.withValue("").toString(NOON))
        .isEqualTo(
            DELETED
                + "; path=/; domain=example.com; secure; HttpOnly; SameSite=None; Priority=High;"
                + " Partitioned");
  }

  @Test
  void encodesItsValueUnlessToldNotTo() {
    String value = "a b/c=d%&é~-_.";

    assertThat(cookie().withValue(value)).hasToString("c=a+b%2Fc%3Dd%25%26%C3%A9%7E-_.");
    assertThat(new Cookie(false).withName("c").withValue("a/b=c%20&d")).hasToString("c=a/b=c%20&d");
  }

  @Test
  void keepsLineBreaksInsideItsValue() {
    assertThat(cookie().withValue("a\r\nSet-Cookie: b=c"))
        .hasToString("c=a%0D%0ASet-Cookie%3A+b%3Dc");
  }

  @Test
  void refusesWhatWouldBreakOutOfTheLine() {
    for (String bad : List.of("a\r\nb", "a\nb", "a\0b", "a;b", "a,b", "a b", "a\tb", "ä")) {
      Cookie raw = new Cookie(false);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> raw.withValue(bad))
          .withMessageStartingWith("cookie value: \"")
          .withMessageNotContaining("\n");
      assertThatIllegalArgumentException().isThrownBy(() -> raw.withName(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> raw.withPath(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> raw.withDomain(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> raw.withSameSite(bad));
      assertThatIllegalArgumentException().isThrownBy(() -> raw.withPriority(bad));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> cookie().withName("a=b"));
    assertThatIllegalArgumentException().isThrownBy(() -> cookie().withName(""));
  }

  @Test
  void isNothingWithoutNameAndAfterReset() {
    assertThat(new Cookie().withValue("v")).hasToString("");

    Cookie cookie = cookie().withValue("v").withPath("/").withSecure(true).withExpires(5);
    cookie.reset();

    assertThat(cookie).hasToString("");
    assertThat(cookie.toArray())
        .containsEntry("name", "")
        .containsEntry("path", "")
        .containsEntry("expires", 0L)
        .containsEntry("secure", false)
        .containsEntry("encode", true);
    assertThat(cookie.withName("d").withValue("w")).hasToString("d=w");
  }
}
