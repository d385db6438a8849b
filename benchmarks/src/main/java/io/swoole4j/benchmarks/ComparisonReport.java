// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Collects the samples of one depth round by round, and lays them out as a Markdown table. */
final class ComparisonReport {
  private static final double BUSY = 0.95;
  private static final double DISTURBED = 0.2;

  /**
   * What one server did in one round.
   *
   * @param load the load client's report
   * @param cpuMicrosPerMessage processor time of the server per message
   * @param othersProcessors processors busy with neither server nor load client
   */
  record Sample(LoadReport load, double cpuMicrosPerMessage, double othersProcessors) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,12.0f msgs/s, server CPU %.3f us/msg, load client CPU %.0f %%, p50 %s us,"
              + " other processes %.2f processors",
          load.messagesPerSecond(),
          cpuMicrosPerMessage,
          100 * load.generatorCpu(),
          micros(load.latency().p50()),
          othersProcessors);
    }
  }

  private final Map<ServerKind, List<Sample>> samples = new EnumMap<>(ServerKind.class);

  /** Adds a round's sample; every server adds one in every round. */
  void add(ServerKind server, Sample sample) {
    samples.computeIfAbsent(server, kind -> new ArrayList<>()).add(sample);
  }

  String table() {
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          "server",
          "msgs/s",
          "x bare Netty",
          "CPU us/msg",
          "CPU x bare Netty",
          "p50 us",
          "p90",
          "p99",
          "p99.9",
          "max",
          "client CPU"
        });
    samples.forEach((server, rounds) -> rows.add(row(server, rounds)));
    return MarkdownTable.format(rows);
  }

  /** What makes the figures doubtful, a sentence a line; empty when nothing does. */
  String warnings() {
    double client = greatest(sample -> sample.load().generatorCpu());
    double others = greatest(Sample::othersProcessors);
    String warnings = "";
    if (client > BUSY) {
      warnings += "The load client used its processor fully: it may be the limit.\n";
    }
    if (others > DISTURBED) {
      warnings +=
          String.format(
              Locale.ROOT,
              "Other processes used up to %.2f processors: repeat on a machine at rest.%n",
              others);
    }
    return warnings;
  }

  private double greatest(ToDoubleFunction<Sample> value) {
    return samples.values().stream().flatMap(List::stream).mapToDouble(value).max().orElse(0);
  }

  private String[] row(ServerKind server, List<Sample> rounds) {
    return new String[] {
      server.label(),
      spread(rounds, sample -> sample.load().messagesPerSecond()).format(0),
      ratio(rounds, sample -> sample.load().messagesPerSecond()),
      spread(rounds, Sample::cpuMicrosPerMessage).format(3),
      ratio(rounds, Sample::cpuMicrosPerMessage),
      micros(spread(rounds, sample -> sample.load().latency().p50()).median()),
      micros(spread(rounds, sample -> sample.load().latency().p90()).median()),
      micros(spread(rounds, sample -> sample.load().latency().p99()).median()),
      micros(spread(rounds, sample -> sample.load().latency().p999()).median()),
      micros(spread(rounds, sample -> sample.load().latency().max()).max()),
      micros(100 * spread(rounds, sample -> sample.load().generatorCpu()).median()) + " %"
    };
  }

  /** Each round's value over bare Netty's in the same round, a few seconds before. */
  private String ratio(List<Sample> rounds, ToDoubleFunction<Sample> value) {
    List<Sample> baseline = samples.getOrDefault(ServerKind.NETTY, List.of());
    if (baseline.isEmpty() || baseline.equals(rounds)) {
      return "";
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      ratios.add(value.applyAsDouble(rounds.get(i)) / value.applyAsDouble(baseline.get(i)));
    }
    return Spread.of(ratios).format(2);
  }

  private static Spread spread(List<Sample> rounds, ToDoubleFunction<Sample> value) {
    return Spread.of(rounds.stream().mapToDouble(value).boxed().toList());
  }

  private static String micros(double value) {
    if (Double.isNaN(value)) {
      return "-"; // the load client does not tell
    }
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }
}
