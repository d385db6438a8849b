// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A cipher string in OpenSSL's language, such as {@code EECDH+AESGCM:!aNULL}, expanded to suites.
 * As in OpenSSL it concerns suites below TLS 1.3 only: those of TLS 1.3 come first, whatever the
 * string says, unless it names some of them.
 */
final class CipherString {
  private static final String DEFAULT = "ALL:!COMPLEMENTOFDEFAULT:!eNULL";

  /** A suite with its place in the list that the string arranges. */
  private static final class Entry {
    final CipherSuite suite;
    boolean active;

    Entry(CipherSuite suite) {
      this.suite = suite;
    }
  }

  private List<Entry> entries = new ArrayList<>();
  private final List<CipherSuite> tls13 = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();

  private CipherString() {
    CipherSuite.ALL.stream()
        .filter(suite -> !suite.isTls13())
        .forEach(suite -> entries.add(new Entry(suite)));
  }

  /**
   * Expands a string.
   *
   * @param text the string
   * @return what it stands for
   * @throws IllegalArgumentException if it is not in OpenSSL's language
   */
  static CipherString of(String text) {
    CipherString result = new CipherString();
    String rest = text;
    // OpenSSL knows this word at the beginning only, and replaces it.
    if (rest.startsWith("DEFAULT")) {
      result.apply(DEFAULT);
      rest = rest.substring("DEFAULT".length());
    }
    result.apply(rest);
    return result;
  }

  /** The suites, the preferred ones first. */
  List<CipherSuite> suites() {
    List<CipherSuite> first =
        tls13.isEmpty() ? CipherSuite.ALL.stream().filter(CipherSuite::isTls13).toList() : tls13;
    return Stream.concat(first.stream(), suitesBelow13().stream()).toList();
  }

  /** The suites that the string selects among those below TLS 1.3. */
  List<CipherSuite> suitesBelow13() {
    return entries.stream().filter(entry -> entry.active).map(entry -> entry.suite).toList();
  }

  /** Whether the string itself names suites of TLS 1.3. */
  boolean namesTls13() {
    return !tls13.isEmpty();
  }

  /** Words that mean nothing; OpenSSL passes over them as well. */
  List<String> ignored() {
    return ignored;
  }

  private void apply(String rules) {
    for (String rule : rules.split("[:, ;]+", -1)) {
      if (rule.isEmpty()) {
        continue;
      }
      char operator = rule.charAt(0);
      switch (operator) {
        case '@' -> command(rule);
        case '!', '-', '+' -> apply(operator, rule.substring(1));
        default -> apply(' ', rule);
      }
    }
  }

  private void command(String rule) {
    if (rule.equals("@STRENGTH")) {
      // Inactive ones keep their place behind, which decides when they are added later.
      entries.sort(
          Comparator.comparingInt((Entry entry) -> entry.active ? -entry.suite.bits() : 1));
    } else if (rule.startsWith("@SECLEVEL=")) {
      ignored.add(rule);
    } else {
      throw new IllegalArgumentException(rule + ": no command (expected: @STRENGTH)");
    }
  }

  private void apply(char operator, String words) {
    Predicate<CipherSuite> selected = suite -> true;
    for (String word : words.split("\\+", -1)) {
      if (!word.matches("[A-Za-z0-9._=-]+")) {
        throw new IllegalArgumentException(
            operator + words + ": no cipher (expected: words joined by +)");
      }
      Predicate<CipherSuite> suites = CipherWord.suites(word);
      if (suites == null) {
        ignored.add(word);
        return;
      }
      selected = selected.and(suites);
    }
    Predicate<CipherSuite> wanted = selected;
    if (operator == ' ') {
      CipherSuite.ALL.stream()
          .filter(suite -> suite.isTls13() && suite.isNamed(words))
          .filter(suite -> !tls13.contains(suite))
          .forEach(tls13::add);
    }
    switch (operator) {
      case '!' -> entries.removeIf(entry -> wanted.test(entry.suite));
      case '-' -> moveToFront(wanted);
      case '+' -> moveToEnd(wanted, true);
      default -> moveToEnd(wanted, false);
    }
  }

  /** Adds what is not active yet, or moves what is; in either case behind all others. */
  private void moveToEnd(Predicate<CipherSuite> wanted, boolean active) {
    List<Entry> kept = new ArrayList<>();
    List<Entry> moved = new ArrayList<>();
    for (Entry entry : entries) {
      boolean moves = entry.active == active && wanted.test(entry.suite);
      (moves ? moved : kept).add(entry);
    }
    moved.forEach(entry -> entry.active = true);
    kept.addAll(moved);
    entries = kept;
  }

  /** Deletes: what comes to the front is first in line when it is added again. */
  private void moveToFront(Predicate<CipherSuite> wanted) {
    List<Entry> kept = new ArrayList<>();
    List<Entry> moved = new ArrayList<>();
    for (Entry entry : entries) {
      boolean moves = entry.active && wanted.test(entry.suite);
      (moves ? moved : kept).add(entry);
    }
    moved.forEach(entry -> entry.active = false);
    moved.addAll(kept);
    entries = moved;
  }
}
