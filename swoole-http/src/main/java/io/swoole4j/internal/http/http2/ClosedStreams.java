// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/**
 * How the last streams of a connection ended, since frames for a closed stream mean different
 * things by that (RFC 9113, 5.1). Owned by the connection's event loop.
 */
final class ClosedStreams {
  /** How many are remembered. */
  static final int REMEMBERED = 256;

  /** How a stream ended. */
  enum End {
    /** Both sides have said all. */
    COMPLETE,
    /** The client gave it up. */
    BY_CLIENT,
    /** This side gave it up, and what the client sent before it knew is on its way. */
    BY_SERVER
  }

  private final IntObjectMap<End> ends = new IntObjectHashMap<>();
  private final int[] order = new int[REMEMBERED];
  private int next;

  /** Notes an end; the first one holds. */
  void add(int streamId, End end) {
    if (ends.containsKey(streamId)) {
      return;
    }
    ends.remove(order[next]);
    order[next] = streamId;
    next = (next + 1) % REMEMBERED;
    ends.put(streamId, end);
  }

  /** How a stream ended; null if it did not, or long ago. */
  @Nullable End of(int streamId) {
    return ends.get(streamId);
  }
}
