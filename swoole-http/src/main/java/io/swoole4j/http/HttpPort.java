// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.swoole4j.internal.http.http1.Http1;
import io.swoole4j.internal.http.http1.Http1Connection;
import io.swoole4j.internal.http.http1.HttpLimits;
import io.swoole4j.internal.http.http1.RequestSink;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.PortProtocol;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One port that speaks HTTP: hands requests to the request handler, or their bytes to the receive
 * handler where there is no request handler. Any thread, but for what says otherwise.
 */
final class HttpPort implements PortProtocol.PortSession {
  private final Http1 http1;
  private final boolean raw;
  private final ParseRules rules;

  HttpPort(PortProtocol.Port port) {
    this.http1 = new Http1(limits(port), new DateHeader());
    this.raw = !port.handles(HttpEvent.REQUEST) && port.handles(Event.RECEIVE);
    this.rules =
        new ParseRules(
            value(port, HttpSettings.HTTP_PARSE_COOKIE), value(port, HttpSettings.HTTP_PARSE_POST));
  }

  private static HttpLimits limits(PortProtocol.Port port) {
    return new HttpLimits(
        value(port, HttpSettings.HTTP_MAX_HEADER_SIZE),
        value(port, HttpSettings.HTTP_MAX_HEADERS),
        value(port, Settings.PACKAGE_MAX_LENGTH),
        value(port, HttpSettings.HTTP_MAX_PIPELINE),
        nanos(port, HttpSettings.HTTP_HEADER_TIMEOUT),
        nanos(port, HttpSettings.HTTP_BODY_TIMEOUT),
        value(port, HttpSettings.HTTP_BODY_MIN_RATE),
        nanos(port, HttpSettings.HTTP_KEEPALIVE_TIMEOUT),
        nanos(port, HttpSettings.HTTP_WRITE_TIMEOUT));
  }

  private static <T> T value(PortProtocol.Port port, Setting<T> setting) {
    return port.find(setting).orElseThrow();
  }

  private static long nanos(PortProtocol.Port port, Setting<Double> setting) {
    return (long) (value(port, setting) * TimeUnit.SECONDS.toNanos(1));
  }

  @Override
  public List<Event<?>> requiredEvents() {
    return raw ? List.of(Event.RECEIVE) : List.of(HttpEvent.REQUEST);
  }

  @Override
  public void install(ChannelPipeline pipeline, String slot, PortProtocol.Session session) {
    Channel channel = pipeline.channel();
    RequestSink sink =
        raw
            ? (exchange, request) ->
                session.deliver(Event.RECEIVE, request.size(), new RawDelivery(exchange, request))
            : (exchange, request) ->
                session.deliver(
                    HttpEvent.REQUEST,
                    request.size(),
                    new RequestDelivery(exchange, request, channel, rules));
    session.attach(http1.install(pipeline, slot, session, sink));
  }

  @Override
  public void goodbye(PortProtocol.Session session) {
    connection(session).goodbye();
  }

  @Override
  public void bypassed(PortProtocol.Session session) {
    connection(session).bypassed();
  }

  private static Http1Connection connection(PortProtocol.Session session) {
    return (Http1Connection) session.attachment().orElseThrow();
  }
}
