// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How values look in messages and in the table of all settings. */
final class Rendering {

  private static final int MAX_LENGTH = 64;

  private Rendering() {}

  /** A value as a user gave it, on one line and of bounded length, since it may come from afar. */
  static String raw(@Nullable Object raw) {
    String text =
        raw instanceof byte[] bytes
            ? Arrays.toString(Arrays.copyOf(bytes, Math.min(bytes.length, MAX_LENGTH)))
            : raw instanceof Object[] objects ? Arrays.deepToString(objects) : String.valueOf(raw);
    if (text.isEmpty()) {
      return "\"\"";
    }
    String line = escaped(text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text);
    return text.length() > MAX_LENGTH ? line + "..." : line;
  }

  static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  static String decimal(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static String size(int bytes) {
    if (bytes > 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "M";
    }
    return bytes > 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "K" : Integer.toString(bytes);
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> out.append("\\r");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }
}
