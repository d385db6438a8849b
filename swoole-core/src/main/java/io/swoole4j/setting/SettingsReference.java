// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Collection;
import java.util.Locale;

/** Writes the table of settings for the documentation, the same on every machine. */
public final class SettingsReference {

  private SettingsReference() {}

  /**
   * Writes a table in Markdown, one row per setting.
   *
   * @param settings the settings, in the order of the rows
   * @return the table, lines ended by a line feed
   */
  public static String toMarkdown(Collection<? extends Setting<?>> settings) {
    StringBuilder out =
        new StringBuilder("| name | aliases | scope | type | range | default | meaning |\n")
            .append("|---|---|---|---|---|---|---|\n");
    for (Setting<?> setting : settings) {
      cell(out, "`" + setting.name() + "`");
      cell(
          out,
          setting.aliases().isEmpty() ? "" : "`" + String.join("`, `", setting.aliases()) + "`");
      cell(out, setting.scope().name().toLowerCase(Locale.ROOT));
      cell(out, setting.typeName());
      cell(out, setting.documentedRange());
      cell(out, setting.documentedDefault());
      cell(out, setting.doc() + (setting.unit().isEmpty() ? "" : " (" + setting.unit() + ")"));
      out.append("|\n");
    }
    return out.toString();
  }

  private static void cell(StringBuilder out, String text) {
    out.append("| ").append(text.replace("\\", "\\\\").replace("|", "\\|")).append(' ');
  }
}
