// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/**
 * Says which settings have no effect because of others, or on the port where they were set. Used by
 * the starting thread.
 */
final class UselessSettings {
  /** What holds for a port of any kind; {@link TlsFactory} speaks of TLS. */
  private static final Set<String> FOR_DATAGRAMS =
      Set.of(
          Settings.UNIX_SOCKET_MODE.name(),
          Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE.name(),
          Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE.name());

  /** What holds for workers, whatever they serve. */
  private static final Set<String> OF_SERVER =
      Stream.concat(Settings.all().stream(), Stream.of(Server.DISPATCH_FUNC))
          .filter(setting -> setting.scope() == Scope.SERVER)
          .map(Setting::name)
          .collect(Collectors.toUnmodifiableSet());

  private static final List<String> PROTOCOLS =
      List.of("open_http_protocol", "open_http2_protocol", "open_websocket_protocol");

  private final Server server;
  private final Logger logger;

  UselessSettings(Server server, Logger logger) {
    this.server = server;
    this.logger = logger;
  }

  /** What was set for the server as a whole. */
  void warnOfServer(SettingValues settings) {
    boolean log = names(settings, Settings.LOG_FILE);
    boolean slow = names(settings, Settings.REQUEST_SLOWLOG_FILE);
    if (settings.get(Settings.MAX_REQUEST) == 0) {
      without(settings, "max_request", Settings.MAX_REQUEST_GRACE);
    }
    if (settings.get(Settings.TASK_MAX_REQUEST) == 0) {
      without(settings, "task_max_request", Settings.TASK_MAX_REQUEST_GRACE);
    }
    if (!log) {
      without(settings, "log_file", Settings.LOG_ROTATION);
    }
    if (!log && !slow) {
      without(
          settings,
          "log_file or request_slowlog_file",
          Settings.LOG_DATE_FORMAT,
          Settings.LOG_DATE_WITH_MICROSECONDS);
    }
    if (!slow) {
      without(settings, "request_slowlog_file", Settings.REQUEST_SLOWLOG_TIMEOUT);
    }
    if (!settings.get(Settings.ENABLE_COROUTINE)) {
      without(settings, "enable_coroutine", Settings.MAX_COROUTINE);
      if (settings.get(Settings.TASK_ENABLE_COROUTINE)) {
        logger.warn(
            "task_enable_coroutine: tasks run one after the other without enable_coroutine");
      }
    } else if (!settings.get(Settings.RELOAD_ASYNC)) {
      logger.warn("reload_async: true, as enable_coroutine is");
    }
    if (!names(settings, Settings.STATS_FILE)) {
      without(settings, "stats_file", Settings.STATS_TIMER_INTERVAL);
    }
  }

  private static boolean names(SettingValues settings, Setting<String> file) {
    return !settings.find(file).orElse("").isEmpty();
  }

  private void without(SettingValues settings, String needed, Setting<?>... useless) {
    for (Setting<?> setting : useless) {
      if (settings.isSet(setting)) {
        logger.warn("{}: has no effect without {}", setting, needed);
      }
    }
  }

  /** What was set on a port for datagrams and is meant for connections. */
  void warnOfDatagrams(ServerPort port) {
    Set<String> useless = new TreeSet<>(setFor(port, other -> !other.type().isDatagram()));
    useless.removeAll(FOR_DATAGRAMS);
    useless.removeAll(OF_SERVER);
    useless.removeIf(name -> name.startsWith("ssl_"));
    if (!useless.isEmpty()) {
      logger.warn(
          "port {}: {}: have no effect on a port for datagrams", port, String.join(", ", useless));
    }
  }

  /** What was set on a port for connections without the switch that it needs. */
  void warnOfConnections(ServerPort port) {
    withoutSwitch(
        port,
        Settings.OPEN_TCP_KEEPALIVE,
        Settings.TCP_KEEPIDLE,
        Settings.TCP_KEEPINTERVAL,
        Settings.TCP_KEEPCOUNT);
    withoutSwitch(
        port, Settings.OPEN_PROXY_PROTOCOL, Settings.PROXY_TRUSTED, Settings.PROXY_HEADER_TIME);
  }

  private void withoutSwitch(ServerPort port, Setting<Boolean> needed, Setting<?>... useless) {
    if (port.settings().get(needed)) {
      return;
    }
    Collection<String> set = setFor(port, other -> other.settings().get(needed));
    for (Setting<?> setting : useless) {
      if (set.contains(setting.name())) {
        logger.warn("port {}: {}: has no effect without {}", port, setting, needed);
      }
    }
  }

  /** Protocols that a port does not speak because its packets are cut by EOF or length. */
  void warnOfProtocols(ServerPort port, String winner) {
    PROTOCOLS.stream()
        .filter(name -> Boolean.TRUE.equals(port.settings().inForce().get(name)))
        .forEach(name -> logger.warn("port {}: {}: has no effect, {} wins", port, name, winner));
  }

  /**
   * What was set on this port; of the primary also what the server has, unless that is meant for
   * another one.
   */
  private Collection<String> setFor(ServerPort port, Predicate<ServerPort> meant) {
    boolean primary = server.ports().get(0).equals(port);
    boolean all = primary && server.ports().stream().noneMatch(meant);
    return (all ? port.settings().inForce() : port.settings().asMap()).keySet();
  }
}
