// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import org.jspecify.annotations.Nullable;

/**
 * Turns what a user wrote into the value of a setting.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
interface Coercion<T> {

  /** Returns the value, or null to refuse; it never throws, so the message has one author. */
  @Nullable T apply(Object raw);
}
