// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

/** Answers of a dispatcher that are not a worker's id; the numbers are Swoole's. */
public final class Dispatch {
  /** The packet is dropped. */
  public static final int DISCARD = -1;

  /** The packet is dropped and its connection closed. */
  public static final int CLOSE = -2;

  /** A user's function leaves the choice to the dispatch mode. */
  public static final int FALLBACK = -3;

  private Dispatch() {}
}
