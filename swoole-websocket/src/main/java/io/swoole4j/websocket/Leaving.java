// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;

/**
 * The server's own close frame, behind the messages that came before the reason for it. Made by the
 * event loop, run by the worker.
 */
final class Leaving implements PortProtocol.Callback {
  private final WebSocketConnection connection;
  private final int code;

  Leaving(WebSocketConnection connection, int code) {
    this.connection = connection;
    this.code = code;
  }

  @Override
  public void run(Server server, PortProtocol.Handlers handlers) {
    connection.finish(code);
  }

  @Override
  public void dropped() {
    connection.finish(code);
  }
}
