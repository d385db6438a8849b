// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the cookies that a client sends. Names are taken as they are, values are decoded. The first
 * of several cookies of one name holds: browsers send that with the longest path first (RFC 6265,
 * 5.4). Safe from any thread.
 */
public final class CookieParser {
  private CookieParser() {}

  /**
   * What was read.
   *
   * @param values texts by name, not to be changed
   * @param overLimit how many cookies were not kept because there were too many
   */
  public record Result(Map<String, String> values, int overLimit) {}

  /**
   * Reads cookies.
   *
   * @param header the value of the Cookie header, each character one byte; several headers joined
   *     by a semicolon
   * @return the first {@link FormParser#MAX_VARIABLES}
   */
  public static Result parse(String header) {
    byte[] data = header.getBytes(ISO_8859_1);
    Map<String, String> cookies = new LinkedHashMap<>();
    int count = 0;
    int from = 0;
    while (from < data.length) {
      int end = from;
      int equals = -1;
      while (end < data.length && data[end] != ';') {
        if (data[end] == '=' && equals < 0) {
          equals = end;
        }
        end++;
      }
      int nameEnd = equals < 0 ? end : equals;
      String name = trimmed(data, from, nameEnd);
      if (!name.isEmpty() && count++ < FormParser.MAX_VARIABLES) {
        cookies.putIfAbsent(name, equals < 0 ? "" : value(data, equals + 1, end));
      }
      from = end + 1;
    }
    return new Result(
        Collections.unmodifiableMap(cookies), Math.max(0, count - FormParser.MAX_VARIABLES));
  }

  private static String trimmed(byte[] data, int from, int to) {
    return new String(data, from, to - from, ISO_8859_1).strip();
  }

  private static String value(byte[] data, int from, int to) {
    int first = from;
    int last = to;
    while (first < last && isSpace(data[first])) {
      first++;
    }
    while (last > first && isSpace(data[last - 1])) {
      last--;
    }
    return UrlDecoder.decode(data, first, last);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }
}
