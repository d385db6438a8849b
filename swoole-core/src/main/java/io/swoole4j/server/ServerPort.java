// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.net.Listener;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One port of a server with its settings and handlers; what it does not have itself holds as on the
 * primary port. Swoole's {@code Swoole.Server.Port}. Safe from any thread; changed only before the
 * start.
 */
public final class ServerPort {
  private final Server server;
  private final String host;
  private final int port;
  private final SocketType type;
  private final SettingValues settings;
  private final HandlerTable handlers;
  private volatile @Nullable Listener listener;

  ServerPort(
      Server server,
      String host,
      int port,
      SocketType type,
      SettingValues settings,
      HandlerTable handlers) {
    this.server = server;
    this.host = host;
    this.port = port;
    this.type = type;
    this.settings = settings;
    this.handlers = handlers;
  }

  /**
   * Changes settings of this port.
   *
   * @param values values by name
   * @return this port
   * @throws IllegalArgumentException if one is unknown, out of range or not a port's
   * @throws IllegalStateException once the server was started
   */
  public ServerPort set(Map<String, ?> values) {
    settings.setAll(values);
    return this;
  }

  /**
   * Changes one setting of this port.
   *
   * @param <T> its type
   * @param setting the setting
   * @param value its value
   * @return this port
   * @throws IllegalArgumentException if it is out of range or not a port's
   * @throws IllegalStateException once the server was started
   */
  public <T> ServerPort set(Setting<T> setting, T value) {
    settings.set(setting, value);
    return this;
  }

  /**
   * Binds a handler to an event of this port; the last one wins.
   *
   * @param <H> the interface of the event's handlers
   * @param event the event
   * @param handler the handler
   * @return this port
   * @throws IllegalStateException once the server was started
   */
  public <H extends EventHandler> ServerPort on(Event<H> event, H handler) {
    server.bindHandler(handlers, event, handler);
    return this;
  }

  /**
   * The settings in force: what was set, with the port's own over the server's.
   *
   * @return values by name, read-only
   */
  public Map<String, Object> setting() {
    return settings.asMap();
  }

  /**
   * The host it listens on.
   *
   * @return as given
   */
  public String host() {
    return host;
  }

  /**
   * The port number: the one bound, or the one asked for before the start.
   *
   * @return 0 when any was asked for and none is bound
   */
  public int port() {
    Listener bound = listener;
    return bound == null ? port : bound.boundPort();
  }

  /**
   * The kind of socket.
   *
   * @return the type
   */
  public SocketType type() {
    return type;
  }

  /**
   * The listening socket; Swoole's {@code getSocket}.
   *
   * @return its descriptor and address, empty while it is not bound
   */
  public Optional<ListeningSocket> getSocket() {
    Listener bound = listener;
    return bound == null
        ? Optional.empty()
        : Optional.of(
            new ListeningSocket(
                bound.descriptor(), (InetSocketAddress) bound.channel().localAddress()));
  }

  SettingValues settings() {
    return settings;
  }

  HandlerTable handlers() {
    return handlers;
  }

  void bound(@Nullable Listener now) {
    listener = now;
  }

  @Override
  public String toString() {
    return (type.isIpv6() ? "[" + host + "]" : host) + ":" + port();
  }
}
