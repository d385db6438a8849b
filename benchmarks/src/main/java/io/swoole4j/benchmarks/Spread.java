// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.Collection;
import java.util.Locale;

/** Median, least and greatest of a value over the rounds. */
record Spread(double median, double min, double max) {
  static Spread of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("values: none (expected: at least one)");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The three numbers with as many decimals, such as {@code 0.97 [0.95..1.01]}. */
  String format(int decimals) {
    String number = "%,." + decimals + "f";
    return String.format(
        Locale.ROOT, number + " [" + number + ".." + number + "]", median, min, max);
  }
}
