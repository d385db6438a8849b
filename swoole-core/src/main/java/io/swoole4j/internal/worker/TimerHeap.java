// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers in a binary heap, the next one on top. Each timer knows its position, so that any can be
 * taken out in logarithmic time. Owned by the worker's thread.
 *
 * @param <C> the callback of the timers
 */
final class TimerHeap<C> {
  /** The array never shrinks below this length. */
  static final int LEAST_CAPACITY = 16;

  private @Nullable PendingTimer<C>[] timers = PendingTimer.array(LEAST_CAPACITY);
  private int size;

  int size() {
    return size;
  }

  int capacity() {
    return timers.length;
  }

  /** Returns the timer whose turn comes next; null if there is none. */
  @Nullable PendingTimer<C> first() {
    return timers[0];
  }

  void add(PendingTimer<C> timer) {
    if (size == timers.length) {
      timers = Arrays.copyOf(timers, 2 * size);
    }
    size++;
    place(timer, size - 1);
  }

  /** Takes out a timer that is in the heap. */
  void remove(PendingTimer<C> timer) {
    int hole = timer.position;
    timer.position = PendingTimer.NOWHERE;
    size--;
    PendingTimer<C> last = at(size);
    timers[size] = null;
    if (last != timer) {
      place(last, hole);
    }
    // At a quarter, not at half, so that one timer more or less does not copy the array each time.
    if (timers.length > LEAST_CAPACITY && size <= timers.length / 4) {
      timers = Arrays.copyOf(timers, timers.length / 2);
    }
  }

  /** Puts a timer of the heap where its new due time belongs. */
  void reorder(PendingTimer<C> timer) {
    place(timer, timer.position);
  }

  void clear() {
    timers = PendingTimer.array(LEAST_CAPACITY);
    size = 0;
  }

  /** Puts the timer into the hole, or where the hole has to move for it. */
  private void place(PendingTimer<C> timer, int hole) {
    put(timer, sink(timer, rise(timer, hole)));
  }

  private int rise(PendingTimer<C> timer, int from) {
    int hole = from;
    while (hole > 0) {
      PendingTimer<C> parent = at((hole - 1) / 2);
      if (!timer.precedes(parent)) {
        break;
      }
      int next = parent.position;
      put(parent, hole);
      hole = next;
    }
    return hole;
  }

  private int sink(PendingTimer<C> timer, int from) {
    int hole = from;
    int child = 2 * hole + 1;
    while (child < size) {
      PendingTimer<C> least = at(child);
      if (child + 1 < size && at(child + 1).precedes(least)) {
        child++;
        least = at(child);
      }
      if (!least.precedes(timer)) {
        break;
      }
      put(least, hole);
      hole = child;
      child = 2 * hole + 1;
    }
    return hole;
  }

  private void put(PendingTimer<C> timer, int position) {
    timers[position] = timer;
    timer.position = position;
  }

  private PendingTimer<C> at(int position) {
    PendingTimer<C> timer = timers[position];
    if (timer == null) {
      throw new IllegalStateException("position: " + position + " (expected: 0.." + size + ")");
    }
    return timer;
  }
}
