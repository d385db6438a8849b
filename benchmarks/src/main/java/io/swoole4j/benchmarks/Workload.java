// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** What the servers are asked to do. */
enum Workload {
  /** Each length-prefixed frame is answered with the same frame. */
  ECHO,
  /** HTTP/1.1: a short text made by the request handler. */
  PLAINTEXT,
  /** HTTP/1.1: a file sent by the kernel. */
  FILE,
  /** HTTP/2 without TLS: a short text made by the request handler. */
  HTTP2,
  /** The same, with bare Netty in its leaner form. */
  HTTP2_FRAMES,
  /** WebSocket: each text message is answered with the same text. */
  WEBSOCKET,
  /** WebSocket: each text message has one binary message sent to every connection. */
  BROADCAST,
  /** As WEBSOCKET, while messages are pushed at connections that do not read. */
  STALLED;

  /** The workload with this name. */
  static Workload of(String name) {
    for (Workload workload : values()) {
      if (workload.label().equals(name)) {
        return workload;
      }
    }
    throw new UsageException(
        "workload: "
            + name
            + " (expected: one of "
            + Arrays.stream(values()).map(Workload::label).toList()
            + ")");
  }

  boolean isWebSocket() {
    return this == WEBSOCKET || this == BROADCAST || this == STALLED;
  }

  boolean isHttp2() {
    return this == HTTP2 || this == HTTP2_FRAMES;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
