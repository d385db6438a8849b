// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.concurrent.atomic.LongAdder;

/**
 * The rarer totals of one server since it started. Safe from any thread; added to once per batch.
 */
public final class TrafficCounters {
  /** Connections accepted. */
  public final LongAdder accepted = new LongAdder();

  /** Connections that ended. */
  public final LongAdder closed = new LongAdder();

  /** Connections refused or ended by a violated limit or protocol. */
  public final LongAdder aborted = new LongAdder();

  /** Packets whose handler has run. */
  public final LongAdder requests = new LongAdder();

  /** Packets discarded because their connection was closed, code 1007. */
  public final LongAdder discarded = new LongAdder();

  /** Datagrams for which there was no room. */
  public final LongAdder droppedDatagrams = new LongAdder();

  /** Datagrams that the kernel took. */
  public final LongAdder sentDatagrams = new LongAdder();

  /** The bytes of those. */
  public final LongAdder sentDatagramBytes = new LongAdder();

  /** Packets for which no worker was idle, code 9007. */
  public final LongAdder noIdleWorker = new LongAdder();
}
