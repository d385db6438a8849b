// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

/** What became of a wait for a client. */
public enum WaitEnd {
  /** What was waited for has happened. */
  DONE,
  /** The connection has ended before. */
  CLOSED,
  /** The time was up, or the waiting thread was interrupted. */
  LATE
}
