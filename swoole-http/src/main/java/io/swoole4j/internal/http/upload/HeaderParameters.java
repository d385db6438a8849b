// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A header value with parameters, such as {@code form-data; name="a"; filename="b;c"}. Values may
 * be quoted; a backslash takes its meaning from a quote or a backslash only, as browsers send
 * Windows paths unescaped. Immutable.
 */
final class HeaderParameters {
  private record Parameter(String name, String value) {}

  private final String value;
  private final List<Parameter> parameters;

  private HeaderParameters(String value, List<Parameter> parameters) {
    this.value = value;
    this.parameters = parameters;
  }

  static HeaderParameters parse(String header) {
    int end = end(header, 0, ';');
    String value = header.substring(0, end).strip().toLowerCase(Locale.ROOT);
    List<Parameter> parameters = new ArrayList<>(2);
    while (end < header.length()) {
      int from = end + 1;
      end = end(header, from, ';');
      int equals = header.indexOf('=', from);
      if (equals >= 0 && equals < end) {
        String name = header.substring(from, equals).strip().toLowerCase(Locale.ROOT);
        parameters.add(new Parameter(name, unquoted(header.substring(equals + 1, end).strip())));
      }
    }
    return new HeaderParameters(value, parameters);
  }

  /** Where a character comes next outside of quotes, or the end. */
  private static int end(String header, int from, char wanted) {
    boolean quoted = false;
    for (int i = from; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && isEscape(header, i)) {
        i++;
      } else if (!quoted && c == wanted) {
        return i;
      }
    }
    return header.length();
  }

  private static boolean isEscape(String text, int i) {
    return text.charAt(i) == '\\'
        && i + 1 < text.length()
        && (text.charAt(i + 1) == '"' || text.charAt(i + 1) == '\\');
  }

  private static String unquoted(String text) {
    if (text.length() < 2 || text.charAt(0) != '"') {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 1; i < text.length() && text.charAt(i) != '"'; i++) {
      if (isEscape(text, i)) {
        i++;
      }
      plain.append(text.charAt(i));
    }
    return plain.toString();
  }

  /** What comes before the parameters, in lower case. */
  String value() {
    return value;
  }

  /** The first parameter of a name that is given in lower case. */
  Optional<String> find(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name.equals(name))
        .map(Parameter::value)
        .findFirst();
  }
}
