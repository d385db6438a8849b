// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

/** Tests {@link H2Load}. */
class H2LoadTest {
  private static final String OUTPUT =
      """
      Main benchmark duration is over for thread #0. Stopping all clients.

      finished in 3.00s, 123456.67 req/s, 5.67MB/s
      requests: 370370 total, 370370 started, 370370 done, 370365 succeeded, 2 failed, 1 errored, 3 timeout
      status codes: 370360 2xx, 0 3xx, 4 4xx, 1 5xx
      traffic: 17.00MB (17825792) total, 4.24MB (4444440) headers (space savings 92.96%), 4.59MB (4814810) data
                           min         max         mean         sd        +/- sd
      time for request:      120us     25.10ms      1.02ms       500us    80.00%
      time for connect:      100us       200us       150us        50us    60.00%
      """;

  @Test
  void readsTheSummary() {
    LoadReport report = H2Load.parse(OUTPUT, 0.75);

    assertThat(report.messagesPerSecond()).isEqualTo(123456.67);
    assertThat(report.latency().max()).isEqualTo(25_100);
    assertThat(report.latency().p50()).isNaN();
    assertThat(report.failed()).isEqualTo(6);
    assertThat(report.mismatched()).isEqualTo(5);
    assertThat(report.generatorCpu()).isEqualTo(0.75);
    assertThat(report.isClean()).isFalse();
  }

  @Test
  void refusesWhatIsNoSummary() {
    assertThatIllegalStateException().isThrownBy(() -> H2Load.parse("no such host", 0));
  }
}
