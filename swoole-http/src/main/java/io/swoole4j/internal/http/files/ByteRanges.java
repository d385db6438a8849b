// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The parts of a file that a Range field asks for (RFC 9110, 14). Immutable.
 *
 * @param kind what is to be sent
 * @param ranges the parts in the order they were asked for, one at least for {@link Kind#PARTS}
 */
record ByteRanges(Kind kind, List<Range> ranges) {
  /** The most ranges that are answered; more, or overlapping ones, get the whole file. */
  static final int MAX_RANGES = 16;

  private static final String UNIT = "bytes=";
  private static final long ABSENT = -1;
  private static final long INVALID = -2;
  private static final int MAX_DIGITS = 18;

  /** What is to be sent. */
  enum Kind {
    /** The field is of another unit, or asks for more than is reasonable. */
    WHOLE,
    /** The parts. */
    PARTS,
    /** Nothing, as there are no such parts, or what was asked for are none. */
    UNSATISFIABLE
  }

  /**
   * A part.
   *
   * @param offset its first byte
   * @param length how many bytes, from 1
   */
  record Range(long offset, long length) {
    long last() {
      return offset + length - 1;
    }
  }

  private static final ByteRanges WHOLE = new ByteRanges(Kind.WHOLE, List.of());
  private static final ByteRanges NOTHING = new ByteRanges(Kind.UNSATISFIABLE, List.of());

  static ByteRanges parse(String field, long size) {
    if (!field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return WHOLE;
    }
    List<Range> ranges = new ArrayList<>(1);
    int count = 0;
    for (String spec : field.substring(UNIT.length()).split(",", MAX_RANGES + 2)) {
      String text = spec.strip();
      if (text.isEmpty()) {
        continue;
      }
      if (++count > MAX_RANGES) {
        return WHOLE;
      }
      int dash = text.indexOf('-');
      if (dash < 0) {
        return NOTHING;
      }
      long first = number(text.substring(0, dash));
      long last = number(text.substring(dash + 1));
      if (first == INVALID || last == INVALID || (first < 0 && last < 0)) {
        return NOTHING;
      }
      if (first >= 0 && last >= 0 && last < first) {
        return WHOLE;
      }
      long from = first >= 0 ? first : Math.max(0, size - last);
      long to = first < 0 || last < 0 ? size - 1 : Math.min(last, size - 1);
      if (from <= to) {
        ranges.add(new Range(from, to - from + 1));
      }
    }
    if (ranges.isEmpty()) {
      return NOTHING;
    }
    return overlap(ranges) ? WHOLE : new ByteRanges(Kind.PARTS, List.copyOf(ranges));
  }

  private static long number(String digits) {
    if (digits.isEmpty()) {
      return ABSENT;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return INVALID;
      }
    }
    return digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  private static boolean overlap(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::offset));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).offset() <= sorted.get(i - 1).last()) {
        return true;
      }
    }
    return false;
  }
}
