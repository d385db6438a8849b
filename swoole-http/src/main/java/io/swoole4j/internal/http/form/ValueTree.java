// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values under names such as {@code a[b][]}, put together by PHP's rules for request variables. A
 * later value replaces an earlier one of the same name, a list or map replaces a text and the other
 * way round. Not thread-safe.
 */
public final class ValueTree {
  /** Brackets of one name that are followed; a deeper name is ignored as PHP ignores it. */
  public static final int MAX_DEPTH = 64;

  private final Node root = new Node();

  /** A PHP array: keys in order of arrival, and the number that {@code []} takes next. */
  private static final class Node {
    final Map<String, Object> values = new LinkedHashMap<>();
    long next;

    void put(@Nullable String key, Object value) {
      values.put(key == null ? nextKey() : used(key), value);
    }

    Node child(@Nullable String key) {
      if (key != null && values.get(key) instanceof Node node) {
        return node;
      }
      Node node = new Node();
      put(key, node);
      return node;
    }

    private String nextKey() {
      return Long.toString(next++);
    }

    /** Notes a key that PHP would take for a number. */
    private String used(String key) {
      if (isIndex(key)) {
        next = Math.max(next, Long.parseLong(key) + 1);
      }
      return key;
    }

    private static boolean isIndex(String key) {
      // Longer ones would be no list any more; 18 digits cannot overflow.
      if (key.isEmpty() || key.length() > 18 || (key.charAt(0) == '0' && key.length() > 1)) {
        return false;
      }
      return key.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** A list if the keys are 0, 1, 2 and so on, else a map. */
    Object freeze() {
      int index = 0;
      boolean list = true;
      for (Map.Entry<String, Object> entry : values.entrySet()) {
        list = list && entry.getKey().equals(Integer.toString(index++));
        if (entry.getValue() instanceof Node node) {
          entry.setValue(node.freeze());
        }
      }
      return list ? List.copyOf(values.values()) : Collections.unmodifiableMap(values);
    }
  }

  /**
   * Adds a value. A name that is empty, or nested deeper than {@link #MAX_DEPTH}, is ignored.
   *
   * @param name the decoded name
   * @param value a text, or whatever else the leaves are
   * @return false if the name was ignored
   */
  public boolean add(String name, Object value) {
    List<@Nullable String> keys = path(name);
    if (keys.isEmpty() || keys.size() > MAX_DEPTH + 1) {
      return false;
    }
    Node node = root;
    for (String key : keys.subList(0, keys.size() - 1)) {
      node = node.child(key);
    }
    node.put(keys.get(keys.size() - 1), value);
    return true;
  }

  /**
   * All that was added. Nothing may be added afterwards.
   *
   * @return values, lists of these and maps of these, in order of arrival; not to be changed
   */
  public Map<String, Object> toMap() {
    root.freeze();
    return Collections.unmodifiableMap(root.values);
  }

  /**
   * A name's keys, null for {@code []}. PHP's variables cannot have spaces and dots in their names,
   * so these become underscores, as does a bracket that nothing closes; what follows the last
   * bracket is dropped.
   */
  private static List<@Nullable String> path(String rawName) {
    int nul = rawName.indexOf('\0');
    String name = (nul < 0 ? rawName : rawName.substring(0, nul)).stripLeading();
    int open = name.indexOf('[');
    List<@Nullable String> keys = new ArrayList<>(2);
    if (open < 0) {
      if (!name.isEmpty()) {
        keys.add(variable(name));
      }
      return keys;
    }
    if (open == 0 || name.indexOf(']', open) < 0) {
      keys.add(variable(name.replace('[', '_')));
      return keys;
    }
    keys.add(variable(name.substring(0, open)));
    while (open < name.length() && name.charAt(open) == '[' && keys.size() <= MAX_DEPTH + 1) {
      int close = name.indexOf(']', open);
      if (close < 0) {
        break;
      }
      String key = name.substring(open + 1, close);
      keys.add(key.isBlank() ? null : key);
      open = close + 1;
    }
    return keys;
  }

  private static String variable(String name) {
    return name.replace(' ', '_').replace('.', '_');
  }
}
