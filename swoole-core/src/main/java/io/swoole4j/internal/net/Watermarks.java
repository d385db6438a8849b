// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

/**
 * Whether the output of one connection counts as full, and who is told when that changes. Owned by
 * the event loop but for {@link #added}.
 */
final class Watermarks {
  private final Connection connection;
  private final long high;
  private final long low;

  /** The mark was passed; seen by the event loop when it writes what passed it. */
  private volatile boolean passed;

  private boolean full;

  Watermarks(Connection connection, ConnectionRules rules) {
    this.connection = connection;
    this.high = rules.highWatermark();
    this.low = rules.lowWatermark();
  }

  /** So much waits after an addition, which is not in the queue yet. From any thread. */
  void added(long queued) {
    if (queued >= high) {
      passed = true;
    }
  }

  /** Looks at what was added since the last call. */
  void check(long queued) {
    if (passed) {
      passed = false;
      if (!full) {
        full = true;
        connection.outputChanged(true);
      }
      taken(queued);
    }
  }

  /** So much still waits after something was taken. */
  void taken(long queued) {
    if (full && queued <= low) {
      full = false;
      connection.outputChanged(false);
    }
  }
}
