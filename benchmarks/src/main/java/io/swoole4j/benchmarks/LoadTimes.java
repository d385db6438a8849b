// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/** When load starts, is measured from and ends, on the clock of {@link System#nanoTime}. */
record LoadTimes(long start, long measureFrom, long end) {
  private static final double NANOS_PER_SECOND = 1e9;

  static LoadTimes from(long start, LoadSettings settings) {
    long measureFrom = start + (long) (settings.warmupSeconds() * NANOS_PER_SECOND);
    long end = measureFrom + (long) (settings.measuredSeconds() * NANOS_PER_SECOND);
    return new LoadTimes(start, measureFrom, end);
  }

  boolean isMeasured(long now) {
    return now - measureFrom >= 0 && now - end < 0;
  }
}
