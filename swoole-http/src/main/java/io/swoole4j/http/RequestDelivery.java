// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.channel.Channel;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;

/** One request on its way to its handler. Made by the event loop, run by the worker. */
final class RequestDelivery implements PortProtocol.Callback {
  private final Exchange exchange;
  private final RequestMessage message;
  private final Channel channel;
  private final ParseRules rules;
  private final long arrivedMillis = System.currentTimeMillis();

  RequestDelivery(Exchange exchange, RequestMessage message, Channel channel, ParseRules rules) {
    this.exchange = exchange;
    this.message = message;
    this.channel = channel;
    this.rules = rules;
  }

  @Override
  public void run(Server server, PortProtocol.Handlers handlers) throws Exception {
    RequestHandler handler = handlers.find(HttpEvent.REQUEST).orElseThrow();
    RequestOrigin origin =
        new RequestOrigin(
            channel.localAddress(),
            channel.remoteAddress(),
            arrivedMillis,
            System.currentTimeMillis());
    Request request = new Request(exchange.fd(), exchange.streamId(), message, origin, rules);
    Response response = new Response(server, exchange);
    try {
      handler.onRequest(request, response);
    } catch (Exception | Error e) {
      response.failed();
      throw e;
    }
    response.returned();
  }

  @Override
  public void dropped() {
    exchange.abort();
  }
}
