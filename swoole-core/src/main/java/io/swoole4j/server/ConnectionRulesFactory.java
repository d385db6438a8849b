// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.net.ConnectionRules;
import io.swoole4j.internal.net.ProxyTrust;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the settings of one port say about its connections. Used by the starting thread. */
final class ConnectionRulesFactory {
  private static final double HIGH_SHARE = 0.8;
  private static final double MILLIS = 1000;

  private final String port;
  private final SettingValues settings;

  ConnectionRulesFactory(String port, SettingValues settings) {
    this.port = port;
    this.settings = settings;
  }

  /** The rules, given the handlers that each worker has for this port. */
  ConnectionRules rules(List<HandlerTable> workers, @Nullable TlsPort tls) {
    long high = high();
    long low = settings.get(Settings.BUFFER_LOW_WATERMARK);
    if (low >= high) {
      throw new IllegalStateException(
          "port "
              + port
              + ": buffer_low_watermark: "
              + low
              + " (expected: less than the high watermark, which is "
              + high
              + ")");
    }
    int interval = settings.get(Settings.HEARTBEAT_CHECK_INTERVAL);
    int idle = settings.get(Settings.HEARTBEAT_IDLE_TIME);
    return new ConnectionRules(
        settings.get(Settings.SOCKET_BUFFER_SIZE),
        wanted(workers) ? high : Long.MAX_VALUE,
        low,
        (long) ((idle > 0 ? idle : interval) * MILLIS),
        (long) (interval * MILLIS),
        (long) (settings.get(Settings.MAX_IDLE_TIME) * MILLIS),
        settings.get(Settings.ENABLE_DELAY_RECEIVE) || settings.get(Settings.WAIT_FOR_BIND),
        settings.get(Settings.WAIT_FOR_BIND),
        proxies(),
        tls);
  }

  private @Nullable ProxyTrust proxies() {
    if (!settings.get(Settings.OPEN_PROXY_PROTOCOL)) {
      return null;
    }
    List<String> trusted = settings.get(Settings.PROXY_TRUSTED);
    if (trusted.isEmpty()) {
      throw new IllegalStateException(
          "port " + port + ": proxy_trusted: [] (expected: the proxies, with open_proxy_protocol)");
    }
    try {
      return new ProxyTrust(trusted, (long) (settings.get(Settings.PROXY_HEADER_TIME) * MILLIS));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("port " + port + ": proxy_trusted: " + e.getMessage(), e);
    }
  }

  private long high() {
    int high = settings.get(Settings.BUFFER_HIGH_WATERMARK);
    return high > 0
        ? high
        : Math.max(1, (long) (HIGH_SHARE * settings.get(Settings.SOCKET_BUFFER_SIZE)));
  }

  private static boolean wanted(List<HandlerTable> workers) {
    return workers.stream()
        .anyMatch(
            handlers ->
                handlers.find(Event.BUFFER_FULL).isPresent()
                    || handlers.find(Event.BUFFER_EMPTY).isPresent());
  }
}
