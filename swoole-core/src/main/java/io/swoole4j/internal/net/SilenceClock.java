// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.util.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Measures by the time of day, which connections note anyway, how long ago something was, and is
 * not misled when that time is changed. Safe from any thread.
 */
final class SilenceClock {
  /** Differences of the two clocks that are no change of the time. */
  private static final long TOLERANCE_MILLIS = 1000;

  private final Clock clock;
  private long wallBefore;
  private long nanosBefore;
  private long changed;

  SilenceClock(Clock clock) {
    this.clock = clock;
    this.wallBefore = clock.wallMillis();
    this.nanosBefore = clock.nanos();
  }

  synchronized Moment now() {
    long wall = clock.wallMillis();
    long nanos = clock.nanos();
    long passed = TimeUnit.NANOSECONDS.toMillis(nanos - nanosBefore);
    if (Math.abs(wall - wallBefore - passed) > TOLERANCE_MILLIS) {
      changed = wall;
    }
    wallBefore = wall;
    nanosBefore = nanos;
    return new Moment(wall, changed);
  }

  /**
   * Whether somebody is silent. What a search finds so at its moment is judged once more, as it may
   * take long, and who is heard meanwhile is ahead of that moment like before a change of the time.
   *
   * @param moment of the search
   * @param heard when somebody was heard, read after that moment
   * @param idleMillis from when on it is silence
   * @return true if nothing was heard since
   */
  boolean isSilent(Moment moment, long heard, long idleMillis) {
    return moment.since(heard) >= idleMillis && now().since(heard) >= idleMillis;
  }

  /**
   * A moment.
   *
   * @param wall the time of day
   * @param changed when it was last seen to have been changed, in terms of the changed time, or 0
   */
  record Moment(long wall, long changed) {
    /** How long ago a time of day was; what was before a change counts as having been then. */
    long since(long earlier) {
      boolean beforeTheChange = earlier < changed || earlier > wall + TOLERANCE_MILLIS;
      return wall - (beforeTheChange ? changed : earlier);
    }
  }
}
