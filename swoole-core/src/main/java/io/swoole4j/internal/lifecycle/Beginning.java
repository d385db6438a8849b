// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import org.jspecify.annotations.Nullable;

/**
 * The one moment at which the workers of a server begin: as its start comes to that, or earlier,
 * when a handler of the start event needs one of them. Safe from any thread.
 */
final class Beginning {
  private final Runnable beginning;
  private boolean open;
  private boolean begun;
  private @Nullable Throwable failure;

  Beginning(Runnable beginning) {
    this.beginning = beginning;
  }

  /** From now on it may happen. */
  synchronized void open() {
    open = true;
  }

  /**
   * Lets it happen unless it has.
   *
   * @return false if it may not happen yet, or not any more
   * @throws IllegalStateException if it has failed before
   */
  synchronized boolean begin() {
    if (failure != null) {
      throw new IllegalStateException("start: the workers could not begin", failure);
    }
    if (!open || begun) {
      return begun;
    }
    begun = true;
    try {
      beginning.run();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    return true;
  }

  /**
   * It may not happen any more.
   *
   * @return whether it has
   */
  synchronized boolean close() {
    open = false;
    return begun;
  }
}
