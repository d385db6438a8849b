// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.function.Function;

/** The totals of one event loop that grow with every message. */
final class LoopCounters {
  /** Packets handed to workers. */
  final LoopCounter dispatched = new LoopCounter();

  /** Messages written towards clients. */
  final LoopCounter responses = new LoopCounter();

  /** Bytes read. */
  final LoopCounter receivedBytes = new LoopCounter();

  /** Bytes the kernel took. */
  final LoopCounter sentBytes = new LoopCounter();

  /** Sums one of them over the loops of a group. */
  static long sum(ReactorGroup group, Function<LoopCounters, LoopCounter> which) {
    long sum = 0;
    for (Reactor reactor : group.reactors()) {
      sum += which.apply(reactor.counters()).get();
    }
    return sum;
  }
}
