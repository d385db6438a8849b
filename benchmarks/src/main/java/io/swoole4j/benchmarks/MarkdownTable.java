// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Aligns rows of cells as a Markdown table: the first column to the left, others to the right. */
final class MarkdownTable {
  private MarkdownTable() {}

  /**
   * Formats a table.
   *
   * @param rows head first, all of one length
   */
  static String format(List<String[]> rows) {
    int[] widths =
        IntStream.range(0, rows.get(0).length)
            .map(column -> rows.stream().mapToInt(row -> row[column].length()).max().orElse(0))
            .toArray();
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      for (int column = 0; column < widths.length; column++) {
        String align = column == 0 ? "-" : "";
        int width = Math.max(2, widths[column]);
        table.append(String.format(Locale.ROOT, "| %" + align + width + "s ", rows.get(i)[column]));
      }
      table.append("|\n");
      if (i == 0) {
        rule(table, widths);
      }
    }
    return table.toString();
  }

  private static void rule(StringBuilder table, int[] widths) {
    for (int column = 0; column < widths.length; column++) {
      String dashes = "-".repeat(Math.max(2, widths[column]) + 1);
      table.append(column == 0 ? "|" + dashes + "-" : "|" + dashes + ":");
    }
    table.append("|\n");
  }
}
