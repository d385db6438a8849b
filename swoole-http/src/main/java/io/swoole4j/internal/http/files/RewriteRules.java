// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What paths become before a file is looked for: the first rule that fits one makes another path of
 * it, as Swoole's do. Immutable.
 */
final class RewriteRules {
  private static final String SETTING = "url_rewrite_rules";

  private final List<Rule> rules;

  private RewriteRules(List<Rule> rules) {
    this.rules = rules;
  }

  /** What makes another path of one. */
  private interface Rule {
    /** The other path, null if the rule does not fit. */
    @Nullable String apply(String path);
  }

  /**
   * Reads rules.
   *
   * @param texts what is looked for, a regular expression between tildes or the beginning of a
   *     path, and what comes in its place, in the order in which they are tried
   * @throws IllegalArgumentException if an expression is none, or a replacement names a group that
   *     its expression does not have
   */
  static RewriteRules parse(Map<String, ?> texts) {
    List<Rule> rules = new ArrayList<>();
    texts.forEach(
        (wanted, replacement) -> {
          if (!(replacement instanceof CharSequence text)) {
            throw bad(wanted, "a text in its place");
          }
          rules.add(rule(wanted, text.toString()));
        });
    return new RewriteRules(List.copyOf(rules));
  }

  private static Rule rule(String wanted, String replacement) {
    if (wanted.length() < 2 || !wanted.startsWith("~") || !wanted.endsWith("~")) {
      return path -> path.startsWith(wanted) ? replacement + path.substring(wanted.length()) : null;
    }
    try {
      Pattern pattern = Pattern.compile(wanted.substring(1, wanted.length() - 1));
      String format = format(wanted, replacement, pattern.matcher("").groupCount());
      return path -> replaced(pattern, format, path);
    } catch (PatternSyntaxException e) {
      IllegalArgumentException refusal =
          bad(wanted, "a regular expression between tildes, or the beginning of a path");
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static @Nullable String replaced(Pattern pattern, String format, String path) {
    try {
      Matcher matcher = pattern.matcher(path);
      return matcher.find() ? matcher.replaceAll(format) : null;
    } catch (StackOverflowError e) {
      // Alternatives inside of a repetition recurse for each character of the path, which is the
      // client's: no reason for the worker to end.
      return null;
    }
  }

  /** Swoole's replacement, with $1 and $&amp; in it, as Java writes it. */
  private static String format(String wanted, String replacement, int groups) {
    StringBuilder format = new StringBuilder();
    int at = 0;
    while (at < replacement.length()) {
      char c = replacement.charAt(at++);
      char next = at < replacement.length() ? replacement.charAt(at) : ' ';
      if (c != '$' || (next != '$' && next != '&' && (next < '0' || next > '9'))) {
        format.append('\\').append(c);
        continue;
      }
      at++;
      if (next == '$') {
        format.append("\\$");
      } else if (next == '&') {
        format.append("$0");
      } else if (next - '0' > groups) {
        throw bad(wanted, "groups of its own in " + replacement);
      } else {
        format.append('$').append(next);
      }
    }
    return format.toString();
  }

  private static IllegalArgumentException bad(String wanted, String expected) {
    return new IllegalArgumentException(SETTING + ": " + wanted + " (expected: " + expected + ")");
  }

  /**
   * The path that a file is looked for by.
   *
   * @param path as it was sent, without the query
   * @return the same if no rule fits, and none of what a rule puts behind a question mark
   */
  String apply(String path) {
    for (Rule rule : rules) {
      String other = rule.apply(path);
      if (other != null) {
        return withoutQuery(other);
      }
    }
    return path;
  }

  private static String withoutQuery(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '?' || path.charAt(i) == '#') {
        return path.substring(0, i);
      }
    }
    return path;
  }
}
