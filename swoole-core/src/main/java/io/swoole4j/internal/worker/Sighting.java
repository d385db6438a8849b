// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/**
 * Since when a watch has seen something go on without a break, and whether it has told so. Used by
 * the one thread that watches.
 */
final class Sighting {
  private boolean seen;
  private boolean told;
  private long since;

  /**
   * Notes what is seen now.
   *
   * @param goesOn whether it does
   * @param now the time
   */
  void look(boolean goesOn, long now) {
    if (!goesOn) {
      seen = false;
      told = false;
    } else if (!seen) {
      seen = true;
      since = now;
    }
  }

  /** Whether it has gone on for so long and nobody was told yet. */
  boolean isDue(long now, long nanos) {
    return seen && !told && now - since >= nanos;
  }

  /** Notes that it is told; answers for how long it has gone on. */
  long tell(long now) {
    told = true;
    return now - since;
  }
}
