// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import java.util.Locale;
import java.util.Set;

/** What names and values of fields may be made of (RFC 9110, 5). Any thread. */
public final class FieldRules {
  private static final int MAX_NAME = 127;
  private static final int DELETE = 0x7f;

  /** The field that says where a message ends, and the one that asks for it. */
  private static final Set<String> RESERVED = Set.of("transfer-encoding", "te");

  /** Fields that are of no use, or of harm, behind the content (RFC 9110, 6.5.1). */
  private static final Set<String> NOT_BEHIND =
      Set.of(
          "content-length",
          "content-encoding",
          "content-type",
          "content-range",
          "transfer-encoding",
          "trailer",
          "te",
          "host",
          "connection",
          "cache-control",
          "authorization",
          "set-cookie",
          "date",
          "location",
          "vary");

  private FieldRules() {}

  /**
   * Whether a text can be a field's name.
   *
   * @param name the text
   * @return true for a token of at most 127 bytes
   */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean token =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || "!#$%&'*+.^_`|~".indexOf(c) >= 0;
      if (!token) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a text can be a field's value.
   *
   * @param value the text
   * @return false if it has a control character other than a tab
   */
  public static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == DELETE) {
        return false;
      }
    }
    return true;
  }

  /**
   * A value without the spaces and line ends at its end, which are no part of it (RFC 9110, 5.5).
   *
   * @param value the text
   * @return the same object if there are none
   */
  public static String trimmed(String value) {
    int end = value.length();
    while (end > 0 && " \t\r\n".indexOf(value.charAt(end - 1)) >= 0) {
      end--;
    }
    return end == value.length() ? value : value.substring(0, end);
  }

  /**
   * Whether only the server itself may send a header.
   *
   * @param name its name, not empty
   * @return true for Transfer-Encoding and TE
   */
  public static boolean isReserved(String name) {
    char first = name.charAt(0);
    return (first == 't' || first == 'T') && RESERVED.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a field may not be sent behind the content.
   *
   * @param name its name
   * @return true for what clients need before it, or would not accept there
   */
  public static boolean isForbiddenInTrailers(String name) {
    return NOT_BEHIND.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * A name with each word in the usual letter case.
   *
   * @param name such as {@code content-type}
   * @return such as {@code Content-Type}
   */
  public static String words(String name) {
    char[] chars = name.toCharArray();
    boolean first = true;
    boolean changed = false;
    for (int i = 0; i < chars.length; i++) {
      char c = chars[i];
      char wanted = first ? upper(c) : lower(c);
      changed |= wanted != c;
      chars[i] = wanted;
      first = c == '-';
    }
    return changed ? new String(chars) : name;
  }

  private static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
  }
}
