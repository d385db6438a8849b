// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi.http;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.spi.PortProtocol;
import java.util.List;
import java.util.Map;

/**
 * A protocol that a connection of an HTTP port can change to when its client asks for it (RFC 9110,
 * 7.8). Found by {@link java.util.ServiceLoader}, or given to {@code HttpProtocol}'s constructor.
 * One object serves every port of one server.
 */
public interface UpgradeProtocol {
  /**
   * Its name in the header Upgrade, such as {@code websocket}.
   *
   * @return a name in lower case
   */
  String name();

  /**
   * The settings it adds.
   *
   * @return settings that can be set on every server from now on
   */
  List<Setting<?>> settings();

  /**
   * The events it adds.
   *
   * @return events that handlers can be bound to from now on
   */
  List<Event<?>> events();

  /**
   * Called once per port that is going to speak HTTP, or that {@link UpgradePort#isEnabled} makes
   * speak it, while the server starts.
   *
   * @param port the port's settings and handlers
   * @return how its connections change to this protocol
   * @throws RuntimeException if a setting makes no sense; the start fails with it
   */
  UpgradePort open(PortProtocol.Port port);

  /**
   * What it adds to {@code Server.stats}. From any thread.
   *
   * @return gauges and totals by name
   */
  default Map<String, Object> stats() {
    return Map.of();
  }
}
