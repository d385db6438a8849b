// SPDX-License-Identifier: Apache-2.0
/** The WebSocket server, which answers HTTP requests too. */
module io.swoole4j.websocket {
  requires transitive io.swoole4j.http;
  requires static transitive org.jspecify;
}
