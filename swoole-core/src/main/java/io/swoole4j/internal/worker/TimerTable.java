// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Timers by their id, in a hash table whose chains run through the timers. Owned by the worker's
 * thread.
 *
 * @param <C> the callback of the timers
 */
final class TimerTable<C> {
  /** The table never shrinks below this number of buckets. */
  static final int LEAST_CAPACITY = 16;

  /** 2 to the power of 64, divided by the golden ratio. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private @Nullable PendingTimer<C>[] buckets = PendingTimer.array(LEAST_CAPACITY);
  private int size;

  int size() {
    return size;
  }

  int capacity() {
    return buckets.length;
  }

  /** Puts in a timer whose id is not in the table. */
  void add(PendingTimer<C> timer) {
    if (size == buckets.length) {
      resize(2 * size);
    }
    link(timer);
    size++;
  }

  /** The timer with this id; null if there is none. */
  @Nullable PendingTimer<C> get(long id) {
    PendingTimer<C> timer = buckets[bucket(id)];
    while (timer != null && timer.id != id) {
      timer = timer.nextInBucket;
    }
    return timer;
  }

  /** The ids of all timers, ascending. */
  List<Long> ids() {
    List<Long> ids = new ArrayList<>(size);
    for (PendingTimer<C> first : buckets) {
      for (PendingTimer<C> timer = first; timer != null; timer = timer.nextInBucket) {
        ids.add(timer.id);
      }
    }
    ids.sort(null);
    return ids;
  }

  /** Takes out the timer with this id and returns it; null if there is none. */
  @Nullable PendingTimer<C> remove(long id) {
    int bucket = bucket(id);
    PendingTimer<C> before = null;
    PendingTimer<C> timer = buckets[bucket];
    while (timer != null && timer.id != id) {
      before = timer;
      timer = timer.nextInBucket;
    }
    if (timer == null) {
      return null;
    }
    if (before == null) {
      buckets[bucket] = timer.nextInBucket;
    } else {
      before.nextInBucket = timer.nextInBucket;
    }
    size--;
    if (buckets.length > LEAST_CAPACITY && size <= buckets.length / 4) {
      resize(buckets.length / 2);
    }
    return timer;
  }

  void clear() {
    buckets = PendingTimer.array(LEAST_CAPACITY);
    size = 0;
  }

  private void resize(int capacity) {
    @Nullable PendingTimer<C>[] old = buckets;
    buckets = PendingTimer.array(capacity);
    for (PendingTimer<C> first : old) {
      PendingTimer<C> timer = first;
      while (timer != null) {
        PendingTimer<C> next = timer.nextInBucket;
        link(timer);
        timer = next;
      }
    }
  }

  private void link(PendingTimer<C> timer) {
    int bucket = bucket(timer.id);
    timer.nextInBucket = buckets[bucket];
    buckets[bucket] = timer;
  }

  /** Workers share one row of ids, in turn perhaps: the low bits alone would fill few buckets. */
  private int bucket(long id) {
    return (int) ((id * SPREAD) >>> 32) & (buckets.length - 1);
  }
}
