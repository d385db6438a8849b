// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Tests {@link LatencyHistogram}. */
class LatencyHistogramTest {
  @Test
  void quantilesAreWithinOneBucketOfTheTruth() {
    LatencyHistogram histogram = new LatencyHistogram();
    for (long value = 1; value <= 1_000_000; value++) {
      histogram.add(value, 1);
    }

    for (double quantile : new double[] {0.001, 0.5, 0.9, 0.99, 0.999}) {
      double truth = quantile * 1_000_000;
      assertThat((double) histogram.quantile(quantile)).isCloseTo(truth, within(truth * 0.008 + 1));
    }
    assertThat(histogram.max()).isEqualTo(1_000_000);
    assertThat(histogram.count()).isEqualTo(1_000_000);
  }

  @Test
  void holdsTheLeastAndTheGreatestValue() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.add(-5, 1);
    histogram.add(Long.MAX_VALUE, 2);

    assertThat(histogram.quantile(0)).isZero();
    assertThat(histogram.quantile(1)).isEqualTo(Long.MAX_VALUE);
    assertThat(histogram.count()).isEqualTo(3);
  }

  @Test
  void mergedHistogramsCountTogether() {
    LatencyHistogram one = new LatencyHistogram();
    LatencyHistogram other = new LatencyHistogram();
    one.add(10, 3);
    other.add(20, 1);

    one.merge(other);

    assertThat(one.count()).isEqualTo(4);
    assertThat(one.quantile(0.5)).isEqualTo(10);
    assertThat(one.max()).isEqualTo(20);
  }

  @Test
  void emptyHistogramAnswersZero() {
    assertThat(new LatencyHistogram().quantile(0.5)).isZero();
  }
}
