// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;

/**
 * The close frame of a client, behind its messages: told to the message handler where it asks for
 * that, and sent back unless the handler has sent one. Made by the event loop, run by the worker.
 */
final class ClientClosing implements PortProtocol.Callback {
  private final WebSocketConnection connection;
  private final byte[] payload;

  ClientClosing(WebSocketConnection connection, byte[] payload) {
    this.connection = connection;
    this.payload = payload;
  }

  @Override
  public void run(Server server, PortProtocol.Handlers handlers) throws Exception {
    try {
      if (connection.port().rules().closeFrames()) {
        MessageHandler handler = handlers.find(WebSocketEvent.MESSAGE).orElseThrow();
        handler.onMessage(
            connection.port().sockets(server), new CloseFrame(connection.session().fd(), payload));
      }
    } finally {
      connection.sendClose(payload);
    }
  }

  @Override
  public void dropped() {
    connection.sendClose(payload);
  }
}
