// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

import java.util.Map;

/**
 * Reads {@code name=value&name=value}, the form of queries and of urlencoded bodies. Cost is linear
 * in the input. Safe from any thread.
 */
public final class FormParser {
  /** Variables kept of each of query, body and cookies; Swoole's limit. */
  public static final int MAX_VARIABLES = 128;

  private FormParser() {}

  /**
   * What was read.
   *
   * @param values texts, lists and maps by name, not to be changed
   * @param overLimit how many variables were not kept because there were too many
   */
  public record Result(Map<String, Object> values, int overLimit) {}

  /**
   * Reads variables.
   *
   * @param data the encoded bytes
   * @return the first {@link #MAX_VARIABLES}
   */
  public static Result parse(byte[] data) {
    ValueTree tree = new ValueTree();
    int count = 0;
    int from = 0;
    while (from < data.length) {
      int end = indexOf(data, '&', from, data.length);
      if (end > from && count++ < MAX_VARIABLES) {
        int equals = indexOf(data, '=', from, end);
        String name = UrlDecoder.decode(data, from, equals);
        tree.add(name, equals < end ? UrlDecoder.decode(data, equals + 1, end) : "");
      }
      from = end + 1;
    }
    return new Result(tree.toMap(), Math.max(0, count - MAX_VARIABLES));
  }

  private static int indexOf(byte[] data, char wanted, int from, int to) {
    int i = from;
    while (i < to && data[i] != wanted) {
      i++;
    }
    return i;
  }
}
