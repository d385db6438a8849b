// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosestNameTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "abc, '', 3",
    "abc, abc, 0",
    "abc, acb, 1",
    "abc, abd, 1",
    "abc, ab, 1",
    "abc, xabc, 1",
    "kitten, sitting, 3",
    "worker_nmu, worker_num, 1",
    "abcd, badc, 2",
  })
  void countsInsertionsDeletionsReplacementsAndSwaps(String a, String b, int distance) {
    assertThat(ClosestName.distance(a, b)).isEqualTo(distance);
    assertThat(ClosestName.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void prefersTheFirstOfEquallyNearNames() {
    assertThat(ClosestName.to("user_c", List.of("user_a", "user_b"))).contains("user_a");
  }

  @Test
  void toleratesOneSlipInAShortName() {
    assertThat(ClosestName.to("usr", List.of("user"))).contains("user");
    assertThat(ClosestName.to("us", List.of("user"))).isEmpty();
  }
}
