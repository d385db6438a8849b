// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import org.jspecify.annotations.Nullable;

/**
 * One timer: a callback and when it is due. It carries its places in {@link TimerHeap} and {@link
 * TimerTable} itself, so that they need no objects of their own. Owned by the worker's thread.
 *
 * @param <C> the callback
 */
final class PendingTimer<C> {
  /** The position of a timer that is in no heap. */
  static final int NOWHERE = -1;

  final long id;
  final C callback;

  /** Nanoseconds between two runs; 0 for a timer that runs once. */
  final long intervalNanos;

  /** When it is due, by the clock of its queue. */
  long dueNanos;

  /** How many rounds had begun when it was made. */
  long round;

  /** How often it has begun to run. */
  long runs;

  /** Where it is in the heap. */
  int position = NOWHERE;

  /** The next timer in the same bucket of the table. */
  @Nullable PendingTimer<C> nextInBucket;

  PendingTimer(long id, C callback, long intervalNanos, long dueNanos) {
    this.id = id;
    this.callback = callback;
    this.intervalNanos = intervalNanos;
    this.dueNanos = dueNanos;
  }

  /** Tells whether this timer's turn comes before the other's: by due time, then by id. */
  boolean precedes(PendingTimer<C> other) {
    // The clock may wrap around: only the difference of two of its times means something.
    long difference = dueNanos - other.dueNanos;
    return difference < 0 || (difference == 0 && id < other.id);
  }

  /** An empty array of timers. */
  @SuppressWarnings("unchecked") // arrays know no type parameters
  static <C> @Nullable PendingTimer<C>[] array(int length) {
    return (@Nullable PendingTimer<C>[]) new PendingTimer<?>[length];
  }
}
