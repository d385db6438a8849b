// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests {@link ComparisonReport}. */
class ComparisonReportTest {
  @Test
  void ratiosCompareServersOfTheSameRound() {
    ComparisonReport report = new ComparisonReport();
    report.add(ServerKind.NETTY, sample(100));
    report.add(ServerKind.BASE, sample(90));
    report.add(ServerKind.NETTY, sample(200));
    report.add(ServerKind.BASE, sample(200));
    report.add(ServerKind.NETTY, sample(50));
    report.add(ServerKind.BASE, sample(40));

    assertThat(report.table()).contains("| 0.90 [0.80..1.00] |");
  }

  @Test
  void leavesRatiosOutWithoutABaseline() {
    ComparisonReport report = new ComparisonReport();
    report.add(ServerKind.BASE, sample(90));

    assertThat(report.table()).contains("| base ").doesNotContain("1.00 [");
  }

  private static ComparisonReport.Sample sample(double messagesPerSecond) {
    LoadReport.Latency latency = new LoadReport.Latency(1, 2, 3, 4, 5);
    return new ComparisonReport.Sample(
        new LoadReport(messagesPerSecond, latency, 0, 0, 0.5), 0.5, 0);
  }
}
