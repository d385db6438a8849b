// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Queries and urlencoded forms become what PHP would make of them. */
class FormParserTest {

  private static Map<String, Object> parse(String query) {
    return FormParser.parse(query.getBytes(UTF_8)).values();
  }

  @Test
  void readsNamesAndValuesInTheirOrder() {
    assertThat(parse("b=2&a=1&c=")).containsExactly(e("b", "2"), e("a", "1"), e("c", ""));
  }

  @Test
  void takesANameWithoutEqualsSignAsEmptyAndSkipsWhatHasNoName() {
    assertThat(parse("a&&=x&b=1=2&")).containsExactly(e("a", ""), e("b", "1=2"));
  }

  @Test
  void keepsTheLastOfSeveralValues() {
    assertThat(parse("a=1&a=2")).containsExactly(e("a", "2"));
  }

  @Test
  void decodesEscapesOnceAsUtf8AndLeavesBadOnes() {
    assertThat(parse("a=%E4%BD%A0+%2541&%62=%zz%4&c=%&d=%C3%28"))
        .containsExactly(e("a", "你 %41"), e("b", "%zz%4"), e("c", "%"), e("d", "\uFFFD("));
    assertThat(parse("a=ü%20")).containsExactly(e("a", "ü "));
  }

  @Test
  void makesListsAndMapsOfBrackets() {
    assertThat(parse("a[]=1&a[]=2")).containsExactly(e("a", List.of("1", "2")));
    assertThat(parse("a[x][]=1&a[x][]=2&a[y]=3"))
        .containsExactly(e("a", Map.of("x", List.of("1", "2"), "y", "3")));
    assertThat(parse("a%5Bb%5D%5B%5D=c")).containsExactly(e("a", Map.of("b", List.of("c"))));
    assertThat(parse("a[0]=x&a[1]=y")).containsExactly(e("a", List.of("x", "y")));
    assertThat(parse("a[1]=x&a[0]=y")).containsExactly(e("a", Map.of("1", "x", "0", "y")));
    assertThat(parse("a[5]=x&a[]=y&a[05]=z"))
        .containsExactly(e("a", Map.of("5", "x", "6", "y", "05", "z")));
  }

  @Test
  void givesWayToTheLaterOfCollidingNames() {
    assertThat(parse("a=1&a[b]=2")).containsExactly(e("a", Map.of("b", "2")));
    assertThat(parse("a[b]=2&a=1")).containsExactly(e("a", "1"));
    assertThat(parse("a[b]=1&a[b][c]=2&a[d]=3"))
        .containsExactly(e("a", Map.of("b", Map.of("c", "2"), "d", "3")));
  }

  @Test
  void turnsWhatPhpVariablesCannotBeNamedIntoUnderscores() {
    assertThat(parse("a.b=1&c d=2&+e=3&f.g[h.i]=4&j[k=5&l[m]n=6&%5Bo=7"))
        .containsExactly(
            e("a_b", "1"),
            e("c_d", "2"),
            e("e", "3"),
            e("f_g", Map.of("h.i", "4")),
            e("j_k", "5"),
            e("l", Map.of("m", "6")),
            e("_o", "7"));
  }

  @Test
  void cutsANameAtNul() {
    assertThat(parse("a%00b=1")).containsExactly(e("a", "1"));
  }

  @Test
  void ignoresNamesNestedDeeperThanTheBound() {
    String deep = "[x]".repeat(ValueTree.MAX_DEPTH);

    assertThat(parse("a" + deep + "=1")).containsKey("a");
    assertThat(parse("a" + deep + "[x]=1&b=2")).containsExactly(e("b", "2"));
    assertThat(parse("a" + "[x]".repeat(100_000) + "=1&b=2")).containsExactly(e("b", "2"));
  }

  @Test
  void keepsTheFirst128AndCountsTheRest() {
    String query =
        IntStream.range(0, 1000).mapToObj(i -> "k" + i + "=" + i).collect(Collectors.joining("&"));

    FormParser.Result result = FormParser.parse(query.getBytes(ISO_8859_1));

    assertThat(result.values()).hasSize(128).containsEntry("k127", "127").doesNotContainKey("k128");
    assertThat(result.overLimit()).isEqualTo(872);
  }

  @Test
  void givesOutNothingThatCanBeChanged() {
    Map<String, Object> values = parse("a[]=1&b[x]=2");

    assertThat(values).isUnmodifiable();
    assertThat((List<?>) values.get("a")).isUnmodifiable();
    assertThat((Map<?, ?>) values.get("b")).isUnmodifiable();
  }

  private static Map.Entry<String, Object> e(String name, Object value) {
    return Map.entry(name, value);
  }
}
