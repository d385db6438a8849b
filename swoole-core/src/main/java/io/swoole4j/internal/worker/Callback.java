// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import org.jspecify.annotations.Nullable;

/**
 * One message of a delivery as something of its own, for a {@link CallbackRunner} that runs
 * callbacks later and elsewhere. It needs nothing of its delivery any more.
 */
public interface Callback {
  /**
   * Runs it, once. What its handler throws as an exception is dealt with inside; an {@link Error}
   * comes out and ends the worker.
   */
  void run();

  /** It was left behind while it ran: nobody waits for its end any more. */
  default void abandoned() {}

  /** It cannot run, as no thread could be started for it. Must not wait: a lock is held. */
  default void notStarted() {}

  /**
   * Whom it keeps order with: of callbacks with the same object one runs at a time, in the order in
   * which they came.
   *
   * @return null for one that runs beside all others
   */
  default @Nullable Object sequence() {
    return null;
  }

  /**
   * There is no room for it to begin now. On the worker's thread, which must not wait.
   *
   * @return whether it has been dealt with and is not run; else it waits
   */
  default boolean refused() {
    return false;
  }

  /**
   * Whether it may begin although there is no room, because something else bounds how many of its
   * kind there are.
   *
   * @return true for what ends connections
   */
  default boolean isExempt() {
    return false;
  }
}
