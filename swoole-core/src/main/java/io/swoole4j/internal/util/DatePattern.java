// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;

/** Reads the date formats of {@code strftime}, with English names, as POSIX has them. */
final class DatePattern {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('c', "EEE MMM ppd HH:mm:ss uuuu"),
          Map.entry('d', "dd"),
          Map.entry('D', "MM/dd/uu"),
          Map.entry('e', "ppd"),
          Map.entry('F', "uuuu-MM-dd"),
          Map.entry('h', "MMM"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('r', "hh:mm:ss a"),
          Map.entry('R', "HH:mm"),
          Map.entry('S', "ss"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('x', "MM/dd/uu"),
          Map.entry('X', "HH:mm:ss"),
          Map.entry('y', "uu"),
          Map.entry('Y', "uuuu"),
          Map.entry('z', "xx"),
          Map.entry('Z', "zzz"));

  private DatePattern() {}

  /**
   * Translates a format.
   *
   * @throws IllegalArgumentException if it holds a conversion that is not known, or a line break
   */
  static DateTimeFormatter of(String format) {
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        literal(builder, format, c);
      } else if (++i < format.length()) {
        conversion(builder, format, format.charAt(i));
      } else {
        throw refused(format, "%");
      }
    }
    return builder.toFormatter(Locale.US);
  }

  private static void literal(DateTimeFormatterBuilder builder, String format, char c) {
    if (Character.isISOControl(c)) {
      throw refused(format, "a control character");
    }
    builder.appendLiteral(c);
  }

  private static void conversion(DateTimeFormatterBuilder builder, String format, char c) {
    String pattern = PATTERNS.get(c);
    if (pattern != null) {
      builder.appendPattern(pattern);
    } else if (c == 's') {
      builder.appendValue(ChronoField.INSTANT_SECONDS);
    } else if (c == 'u') {
      builder.appendValue(ChronoField.DAY_OF_WEEK);
    } else if (c == '%') {
      builder.appendLiteral('%');
    } else {
      throw refused(format, "%" + c);
    }
  }

  private static IllegalArgumentException refused(String format, String what) {
    return new IllegalArgumentException(
        "log_date_format: " + format + ", " + what + " (expected: conversions of strftime)");
  }
}
