// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads {@code --name value} pairs and flags from a command line, refusing names it is not asked
 * for.
 */
final class Arguments {
  private static final String MARK = "--";

  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Splits a command line.
   *
   * @param words the words after the command's name
   * @param names options that take a value
   * @param flags options that take none
   */
  static Arguments parse(List<String> words, Set<String> names, Set<String> flags) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String name = word.startsWith(MARK) ? word.substring(MARK.length()) : "";
      if (flags.contains(name)) {
        values.put(name, "true");
      } else if (!names.contains(name)) {
        throw new UsageException(
            "option: " + word + " (expected: one of " + known(names, flags) + ")");
      } else if (++i == words.size()) {
        throw new UsageException(word + ": nothing (expected: a value)");
      } else {
        values.put(name, words.get(i));
      }
    }
    return new Arguments(values);
  }

  private static List<String> known(Set<String> names, Set<String> flags) {
    return Stream.concat(names.stream(), flags.stream()).sorted().map(MARK::concat).toList();
  }

  boolean flag(String name) {
    return values.containsKey(name);
  }

  String text(String name, String fallback) {
    return values.getOrDefault(name, fallback);
  }

  int integer(String name, int fallback, int least, int most) {
    String text = values.get(name);
    return text == null ? fallback : integerOf(name, text, least, most);
  }

  double seconds(String name, double fallback, double least, double most) {
    String text = values.get(name);
    if (text == null) {
      return fallback;
    }
    String expected = name + ": " + text + " (expected: " + least + ".." + most + " seconds)";
    try {
      double value = Double.parseDouble(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new UsageException(expected, e);
    }
    throw new UsageException(expected);
  }

  /** The parts of a value separated by commas. */
  List<String> list(String name, String fallback) {
    return List.of(text(name, fallback).split(",", -1));
  }

  static int integerOf(String name, String text, int least, int most) {
    String expected = name + ": " + text + " (expected: " + least + ".." + most + ")";
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new UsageException(expected, e);
    }
    throw new UsageException(expected);
  }
}
