// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header or trailer fields in the order they were added; names are compared without letter case.
 * Owned by whoever builds the response.
 */
public final class Fields {
  private final List<String> entries = new ArrayList<>(8);

  /**
   * Adds a field.
   *
   * @param name its name
   * @param value its value
   */
  public void add(String name, String value) {
    entries.add(name);
    entries.add(value);
  }

  /**
   * Puts a field in the place of those of the same name, or at the end.
   *
   * @param name its name
   * @param value its value
   */
  public void set(String name, String value) {
    for (int i = 0; i < entries.size(); i += 2) {
      if (entries.get(i).equalsIgnoreCase(name)) {
        entries.set(i, name);
        entries.set(i + 1, value);
        removeFrom(i + 2, name);
        return;
      }
    }
    add(name, value);
  }

  /**
   * Removes every field of a name.
   *
   * @param name the name
   */
  public void remove(String name) {
    removeFrom(0, name);
  }

  private void removeFrom(int start, String name) {
    for (int i = entries.size() - 2; i >= start; i -= 2) {
      if (entries.get(i).equalsIgnoreCase(name)) {
        entries.remove(i + 1);
        entries.remove(i);
      }
    }
  }

  /**
   * The first field of a name.
   *
   * @param name the name
   * @return its value, null if there is none
   */
  public @Nullable String first(String name) {
    for (int i = 0; i < entries.size(); i += 2) {
      if (entries.get(i).equalsIgnoreCase(name)) {
        return entries.get(i + 1);
      }
    }
    return null;
  }

  /** Removes all. */
  public void clear() {
    entries.clear();
  }

  /**
   * How many there are.
   *
   * @return the number
   */
  public int size() {
    return entries.size() / 2;
  }

  /**
   * A field's name.
   *
   * @param index from 0
   * @return the name as given
   */
  public String name(int index) {
    return entries.get(2 * index);
  }

  /**
   * A field's value.
   *
   * @param index from 0
   * @return the value
   */
  public String value(int index) {
    return entries.get(2 * index + 1);
  }
}
