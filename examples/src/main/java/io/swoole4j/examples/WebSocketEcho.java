// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.websocket.WebSocketEvent;
import io.swoole4j.websocket.WebSocketServer;
import io.swoole4j.websocket.WebSocketSettings;

/**
 * Sends WebSocket messages back, on any path, compressed where they came compressed: what tools
 * that check WebSocket servers ask for.
 */
final class WebSocketEcho implements Example {
  private static final int LONGEST = 16 * 1024 * 1024;

  /** Room for the header of the longest message's frame. */
  private static final int BUFFER = 2 * LONGEST;

  private static final int FRAMES = 1_000_000;

  @Override
  public String name() {
    return "websocket-echo";
  }

  @Override
  public String summary() {
    return "sends WebSocket messages back, compressed where they came compressed";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    WebSocketServer server = new WebSocketServer(host, port, mode, type);
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    server.set(WebSocketSettings.WEBSOCKET_MAX_FRAGMENTS, FRAMES);
    server.set(Settings.PACKAGE_MAX_LENGTH, LONGEST);
    server.set(Settings.BUFFER_OUTPUT_SIZE, LONGEST);
    server.set(Settings.SOCKET_BUFFER_SIZE, BUFFER);
    server.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.push(frame.fd(), frame));
    return server;
  }
}
