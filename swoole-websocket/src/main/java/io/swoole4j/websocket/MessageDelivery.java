// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;

/** A message on its way to its handler. Made by the event loop, run by the worker. */
final class MessageDelivery implements PortProtocol.Callback {
  private final WebSocketPort port;
  private final Frame frame;

  MessageDelivery(WebSocketPort port, Frame frame) {
    this.port = port;
    this.frame = frame;
  }

  @Override
  public void run(Server server, PortProtocol.Handlers handlers) throws Exception {
    MessageHandler handler = handlers.find(WebSocketEvent.MESSAGE).orElseThrow();
    handler.onMessage(port.sockets(server), frame);
  }
}
