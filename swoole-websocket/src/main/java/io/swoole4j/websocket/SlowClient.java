// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import java.util.Locale;

/** What a push does when a client takes nothing of what waits for it; not in Swoole. */
public enum SlowClient {
  /** The push answers false, with 1008. */
  REFUSE,
  /** The oldest messages that wait are dropped for the new one. */
  DROP_OLDEST,
  /** What waits is dropped, and the connection is closed with code 1013. */
  CLOSE;

  String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }
}
