// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.internal.websocket.frame.FrameLimits;
import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradePort;
import io.swoole4j.spi.http.UpgradeProtocol;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * WebSocket as a protocol that HTTP connections can change to; what {@link WebSocketServer} brings
 * along and other servers find.
 */
public final class WebSocketProtocol implements UpgradeProtocol {
  private final WebSocketCounters counters = new WebSocketCounters();
  private final LocalGroups groups = new LocalGroups();

  /** The protocol for the ports of one server. */
  public WebSocketProtocol() {}

  /** The groups and users of the server's clients. */
  LocalGroups groups() {
    return groups;
  }

  @Override
  public String name() {
    return "websocket";
  }

  @Override
  public List<Setting<?>> settings() {
    return WebSocketSettings.all();
  }

  @Override
  public List<Event<?>> events() {
    return WebSocketEvent.all();
  }

  @Override
  public UpgradePort open(PortProtocol.Port port) {
    long ping = nanos(port, WebSocketSettings.WEBSOCKET_PING_INTERVAL);
    long idle = nanos(port, WebSocketSettings.WEBSOCKET_IDLE_TIMEOUT);
    return new WebSocketPort(
        new WebSocketRules(
            value(port, WebSocketSettings.OPEN_WEBSOCKET_PROTOCOL),
            value(port, WebSocketSettings.WEBSOCKET_HTTP2),
            value(port, WebSocketSettings.WEBSOCKET_SUBPROTOCOL),
            value(port, WebSocketSettings.WEBSOCKET_COMPRESSION),
            value(port, WebSocketSettings.OPEN_WEBSOCKET_CLOSE_FRAME),
            value(port, WebSocketSettings.OPEN_WEBSOCKET_PING_FRAME),
            value(port, WebSocketSettings.OPEN_WEBSOCKET_PONG_FRAME),
            value(port, Settings.BUFFER_OUTPUT_SIZE),
            new FrameLimits(
                value(port, Settings.PACKAGE_MAX_LENGTH),
                value(port, WebSocketSettings.WEBSOCKET_MAX_FRAGMENTS),
                value(port, WebSocketSettings.WEBSOCKET_MAX_CONTROL_FRAMES)),
            value(port, WebSocketSettings.WEBSOCKET_SLOW_CLIENT),
            nanos(port, WebSocketSettings.WEBSOCKET_MESSAGE_TIMEOUT),
            ping,
            // A ping that was not answered by the time of the next one is not going to be.
            idle == 0 ? 2 * ping : idle),
        counters,
        port.handles(WebSocketEvent.HANDSHAKE));
  }

  private static <T> T value(PortProtocol.Port port, Setting<T> setting) {
    return port.find(setting).orElseThrow();
  }

  private static long nanos(PortProtocol.Port port, Setting<Double> setting) {
    return (long) (value(port, setting) * TimeUnit.SECONDS.toNanos(1));
  }

  @Override
  public Map<String, Object> stats() {
    return counters.stats();
  }
}
