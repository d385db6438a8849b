// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load client reports: messages per second, latencies in microseconds, failures and the
 * share of a processor that each of its threads used.
 */
record LoadReport(
    double messagesPerSecond, Latency latency, long failed, long mismatched, double generatorCpu) {

  /** Points of a latency distribution in microseconds. */
  record Latency(double p50, double p90, double p99, double p999, double max) {
    static Latency of(LatencyHistogram histogram) {
      return new Latency(
          micros(histogram.quantile(0.5)),
          micros(histogram.quantile(0.9)),
          micros(histogram.quantile(0.99)),
          micros(histogram.quantile(0.999)),
          micros(histogram.max()));
    }

    private static double micros(long nanos) {
      return nanos / 1e3;
    }
  }

  boolean isClean() {
    return failed == 0 && mismatched == 0 && messagesPerSecond > 0;
  }

  String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"msgs_per_s\":%.0f,\"latency_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,"
            + "\"p999\":%.1f,\"max\":%.1f},\"failed\":%d,\"mismatched\":%d,\"generator_cpu\":%.3f}",
        messagesPerSecond,
        latency.p50(),
        latency.p90(),
        latency.p99(),
        latency.p999(),
        latency.max(),
        failed,
        mismatched,
        generatorCpu);
  }

  /** Reads a report in one line, whatever other fields it has and in whatever order. */
  static LoadReport parse(String json) {
    Latency latency =
        new Latency(
            field(json, "p50"),
            field(json, "p90"),
            field(json, "p99"),
            field(json, "p999"),
            field(json, "max"));
    return new LoadReport(
        field(json, "msgs_per_s"),
        latency,
        (long) field(json, "failed"),
        (long) field(json, "mismatched"),
        field(json, "generator_cpu"));
  }

  private static double field(String json, String name) {
    Matcher matcher =
        Pattern.compile("\"" + name + "\"\\s*:\\s*(-?[0-9][0-9.eE+-]*)").matcher(json);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "load client report: " + json + " (expected: a field " + name + ")");
    }
    return Double.parseDouble(matcher.group(1));
  }
}
