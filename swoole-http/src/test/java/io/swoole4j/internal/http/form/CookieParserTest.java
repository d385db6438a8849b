// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cookies of real browsers and of hostile clients. */
class CookieParserTest {

  private static Map<String, String> parse(String header) {
    return CookieParser.parse(header).values();
  }

  @Test
  void readsWhatRealSitesSet() {
    String header =
        "__utma=122751.1187.1535; list=a,b|c; token=YWJjZA==; json=%7B%22a%22%3A1%7D; "
            + "lang=zh_CN.UTF-8; q=%E4%BD%A0%E5%A5%BD; path=/a/b?c=d&e; sp=a+b%20c; dotted.name=1";

    assertThat(parse(header))
        .containsExactly(
            Map.entry("__utma", "122751.1187.1535"),
            Map.entry("list", "a,b|c"),
            Map.entry("token", "YWJjZA=="),
            Map.entry("json", "{\"a\":1}"),
            Map.entry("lang", "zh_CN.UTF-8"),
            Map.entry("q", "你好"),
            Map.entry("path", "/a/b?c=d&e"),
            Map.entry("sp", "a b c"),
            Map.entry("dotted.name", "1"));
  }

  @Test
  void takesATokenWithoutEqualsSignAsEmpty() {
    assertThat(parse("A=1; HttpOnly; q=2"))
        .containsExactly(Map.entry("A", "1"), Map.entry("HttpOnly", ""), Map.entry("q", "2"));
  }

  @Test
  void keepsTheFirstOfOneName() {
    assertThat(parse("a=specific;a=general")).containsExactly(Map.entry("a", "specific"));
  }

  @Test
  void skipsWhatHasNoName() {
    assertThat(parse(";;  ; =x;a=;\t b = c \t;"))
        .containsExactly(Map.entry("a", ""), Map.entry("b", "c"));
  }

  @Test
  void readsRawUtf8() {
    assertThat(parse("a=\u00e4\u00bd\u00a0")).containsExactly(Map.entry("a", "你"));
  }

  @Test
  void keepsTheFirst128AndCountsTheRest() {
    String header =
        IntStream.range(0, 130).mapToObj(i -> "k" + i + "=" + i).collect(Collectors.joining("; "));

    CookieParser.Result result = CookieParser.parse(header);

    assertThat(result.values()).hasSize(128).doesNotContainKey("k128");
    assertThat(result.overLimit()).isEqualTo(2);
  }
}
