// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/** Something that writes out what was queued for it once it is woken. Safe from any thread. */
@FunctionalInterface
public interface Wakeable {
  /** Makes it look at its queue soon; a no-op when that is already bound to happen. */
  void wake();

  /**
   * Whether it does not look by itself at present, not even at something it handed over.
   *
   * @return false if what is queued may wait for the end of the delivery that came from it
   */
  default boolean hasToBeWoken() {
    return false;
  }
}
