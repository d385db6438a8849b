// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import java.util.concurrent.TimeUnit;

/**
 * How long a handler that was interrupted may take to come back: a second, in slices, so that a
 * pause of the whole JVM counts as one of them and not as time that the handler had.
 */
final class Grace {
  /** How many slices there are. */
  static final int SLICES = 10;

  /** How long each is. */
  static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(1) / SLICES;

  private Grace() {}
}
