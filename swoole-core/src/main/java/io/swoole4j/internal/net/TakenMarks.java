// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.util.ArrayDeque;

/** Who waits for what was given to a channel to be taken. Owned by the event loop. */
final class TakenMarks {
  /** Somebody who waits until so many bytes are settled. */
  private record Waiting(TakenMark mark, long bytes) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(2);

  void add(TakenMark mark, long bytes) {
    waiting.add(new Waiting(mark, bytes));
  }

  void remove(TakenMark mark) {
    waiting.removeIf(entry -> entry.mark() == mark);
  }

  int size() {
    return waiting.size();
  }

  /** So many bytes were ever settled; whether all of them have reached the kernel. */
  void settled(long bytes, boolean taken) {
    Waiting first = waiting.peek();
    while (first != null && first.bytes() <= bytes) {
      waiting.remove();
      first.mark().end(taken);
      first = waiting.peek();
    }
  }
}
