// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests {@link LoadReport}. */
class LoadReportTest {
  @Test
  void readsWhatItWrites() {
    LoadReport report =
        new LoadReport(1234, new LoadReport.Latency(1.5, 2.5, 3.5, 4.5, 5.5), 1, 2, 0.75);

    assertThat(LoadReport.parse(report.toJson())).isEqualTo(report);
    assertThat(report.isClean()).isFalse();
  }

  @Test
  void readsAReportWithOtherFields() {
    String json =
        "{\"preset\":\"echo\",\"msgs_per_s\":2e6,\"latency_us\":{\"mean\":1.0,\"p50\":1.0,"
            + "\"p90\":2.0,\"p99\":3.0,\"p999\":4.0,\"p9999\":5.0,\"max\":6.0},"
            + "\"failed\":0,\"mismatched\":0,\"generator_cpu\":0.5}";

    LoadReport report = LoadReport.parse(json);

    assertThat(report.messagesPerSecond()).isEqualTo(2e6);
    assertThat(report.latency().p999()).isEqualTo(4);
    assertThat(report.isClean()).isTrue();
  }

  @Test
  void namesTheFieldThatIsMissing() {
    assertThatThrownBy(() -> LoadReport.parse("{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("load client report: {} (expected: a field p50)");
  }
}
