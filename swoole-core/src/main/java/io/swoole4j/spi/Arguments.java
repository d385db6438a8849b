// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import org.jspecify.annotations.Nullable;

/** Checks of what callers give. Any thread. */
public final class Arguments {
  private Arguments() {}

  /**
   * Tells a caller who gives nothing what is wanted.
   *
   * @param name the argument's name
   * @param value what was given
   * @param expected what is wanted, for people
   * @param <T> its type
   * @return the value
   * @throws IllegalArgumentException if there is none, such as {@code data: null (expected: bytes)}
   */
  public static <T> T require(String name, @Nullable T value, String expected) {
    if (value == null) {
      throw new IllegalArgumentException(name + ": null (expected: " + expected + ")");
    }
    return value;
  }
}
