// SPDX-License-Identifier: Apache-2.0
/** The WebSocket server, which answers HTTP requests too. */
module io.swoole4j.websocket {
  exports io.swoole4j.websocket;

  requires transitive io.swoole4j.http;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires org.slf4j;
  requires static transitive org.jspecify;

  provides io.swoole4j.spi.http.UpgradeProtocol with
      io.swoole4j.websocket.WebSocketProtocol;
}
