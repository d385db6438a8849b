// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.server.ClientInfo;
import io.swoole4j.server.Event;
import io.swoole4j.server.ReceiveHandler;
import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;

/**
 * The bytes of one request on their way to a receive handler, which answers with bytes of its own.
 * Made by the event loop, run by the worker.
 */
final class RawDelivery implements PortProtocol.Callback {
  private final Exchange exchange;
  private final RequestMessage message;

  RawDelivery(Exchange exchange, RequestMessage message) {
    this.exchange = exchange;
    this.message = message;
    exchange.detach();
  }

  @Override
  public void run(Server server, PortProtocol.Handlers handlers) throws Exception {
    ReceiveHandler handler = handlers.find(Event.RECEIVE).orElseThrow();
    int reactorId = server.getClientInfo(exchange.fd()).map(ClientInfo::reactorId).orElse(-1);
    handler.onReceive(server, exchange.fd(), reactorId, message.data());
  }

  @Override
  public void dropped() {
    exchange.abort();
  }
}
