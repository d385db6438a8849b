// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the WebSocket side of a server counts. Any thread. */
final class WebSocketCounters {
  private final LongAdder established = new LongAdder();
  private final LongAdder slow = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder closed = new LongAdder();

  void established(int change) {
    established.add(change);
  }

  /** A push has found no room. */
  void slow() {
    slow.increment();
  }

  /** Messages were dropped for later ones. */
  void dropped(int messages) {
    dropped.add(messages);
  }

  /** A slow client was closed. */
  void closedSlow() {
    closed.increment();
  }

  Map<String, Object> stats() {
    return Map.of(
        "websocket_connections", established.sum(),
        "websocket_slow_pushes", slow.sum(),
        "websocket_dropped_messages", dropped.sum(),
        "websocket_slow_closed", closed.sum());
  }
}
