// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/**
 * What every connection of a load client sends, and what it has to get for it.
 *
 * @param webSocket whether a connection becomes a WebSocket one first
 */
record Traffic(FramePattern requests, FramePattern replies, boolean webSocket) {
  static Traffic echo(int payloadBytes) {
    FramePattern pattern = new FramePattern(payloadBytes);
    return new Traffic(pattern, pattern, false);
  }
}
