// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/**
 * Counts latencies in log-linear buckets at most 0.8 % wide, in constant space.
 *
 * <p>Not thread-safe: each load thread fills its own, and they are merged at the end.
 */
final class LatencyHistogram {
  private static final int SUB_BITS = 7;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] buckets = new long[(Long.SIZE - SUB_BITS) * SUB];
  private long count;
  private long max;

  /** Counts a latency several times: replies that arrive together often left together too. */
  void add(long nanos, long times) {
    long value = Math.max(0, nanos);
    buckets[indexOf(value)] += times;
    count += times;
    max = Math.max(max, value);
  }

  void merge(LatencyHistogram other) {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] += other.buckets[i];
    }
    count += other.count;
    max = Math.max(max, other.max);
  }

  long count() {
    return count;
  }

  long max() {
    return max;
  }

  /**
   * The upper bound of the bucket that holds a quantile, 0 when nothing was counted.
   *
   * @param quantile from 0 to 1
   */
  long quantile(double quantile) {
    long wanted = (long) (quantile * count);
    if (wanted >= count) {
      return max;
    }
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen += buckets[i];
      if (seen > wanted) {
        return Math.min(max, upperBound(i));
      }
    }
    return max;
  }

  private static int indexOf(long value) {
    if (value < SUB) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - SUB_BITS;
    return (shift + 1) * SUB + (int) (value >>> shift) - SUB;
  }

  private static long upperBound(int index) {
    if (index < SUB) {
      return index;
    }
    int shift = index / SUB - 1;
    return ((index % SUB + SUB + 1L) << shift) - 1;
  }
}
