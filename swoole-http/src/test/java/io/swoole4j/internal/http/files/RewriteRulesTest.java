// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests {@link RewriteRules}. */
class RewriteRulesTest {
  private static String rewritten(String wanted, String replacement, String path) {
    return RewriteRules.parse(Map.of(wanted, replacement)).apply(path);
  }

  @Test
  void replacesTheBeginningOfAPath() {
    assertThat(rewritten("/api", "/v1", "/api/x")).isEqualTo("/v1/x");
    assertThat(rewritten("/api", "/v1", "/x/api")).isEqualTo("/x/api");
    assertThat(rewritten("/a", "/$1\\", "/a")).isEqualTo("/$1\\");
  }

  @Test
  void replacesWhatAnExpressionFinds() {
    assertThat(rewritten("~^/user/(\\d+)$~", "/user.html?id=$1", "/user/7"))
        .isEqualTo("/user.html");
    assertThat(rewritten("~/(a)(b)~", "/$2$1$$\\$&", "/ab/ab")).isEqualTo("/ba$\\/ab/ba$\\/ab");
    assertThat(rewritten("~^/(.)~", "/$10", "/x")).isEqualTo("/x0");
    assertThat(rewritten("~^/none~", "/x", "/user")).isEqualTo("/user");
    assertThat(rewritten("~", "/x", "~user")).isEqualTo("/xuser");
  }

  @Test
  void isDoneWithTheFirstThatFits() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put("~^/(a)~", "/$1");
    rules.put("/a", "/x");

    assertThat(RewriteRules.parse(rules).apply("/a/b")).isEqualTo("/a/b");
  }

  @Test
  void leavesAloneWhatAnExpressionCannotCopeWith() {
    String path = "/" + "ab".repeat(1_000_000);

    assertThat(rewritten("~^/(?:a|b|c(?:d|e))*z$~", "/x", path)).isEqualTo(path);
  }

  @Test
  void refusesWhatIsNoRule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RewriteRules.parse(Map.of("~(~", "/")))
        .withMessageStartingWith("url_rewrite_rules: ~(~ (expected: a regular expression");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RewriteRules.parse(Map.of("~(a)~", "/$2")))
        .withMessage("url_rewrite_rules: ~(a)~ (expected: groups of its own in /$2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RewriteRules.parse(Map.of("/a", 1)))
        .withMessage("url_rewrite_rules: /a (expected: a text in its place)");
  }
}
