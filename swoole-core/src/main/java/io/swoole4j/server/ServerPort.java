// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.net.DatagramPort;
import io.swoole4j.internal.net.InheritedSocket;
import io.swoole4j.internal.net.Port;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.spi.Arguments;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One port of a server with its settings and handlers; what it does not have itself holds as on the
 * primary port. Swoole's {@code Swoole.Server.Port}. Safe from any thread; changed only before the
 * start.
 */
public final class ServerPort {
  private static final int MAX_PORT = 65535;

  /** What fits into the kernel's address of a Unix socket, its final NUL left out. */
  private static final int MAX_PATH = 107;

  private final Server server;
  private final String host;
  private final int port;
  private final SocketType type;
  private final @Nullable InheritedSocket inherited;
  private final SettingValues settings;
  private final HandlerTable handlers;
  private final Connections connections;
  private volatile @Nullable Port bound;

  ServerPort(
      Server server,
      String host,
      int port,
      SocketType type,
      SettingValues settings,
      HandlerTable handlers) {
    this.server = server;
    this.host = requireHost(host, Objects.requireNonNull(type, "type"));
    this.port = type.isUnix() ? 0 : requirePort(port);
    this.type = type;
    this.inherited = null;
    this.settings = settings;
    this.handlers = handlers;
    this.connections = new ConnectionsView(server, this);
  }

  /** A port whose socket is there before the server is. */
  ServerPort(
      Server server,
      InheritedSocket inherited,
      boolean ssl,
      SettingValues settings,
      HandlerTable handlers) {
    this.server = server;
    this.host = inherited.host();
    this.port = inherited.port();
    this.type = ssl && inherited.type().isStream() ? inherited.type().withSsl() : inherited.type();
    this.inherited = inherited;
    this.settings = settings;
    this.handlers = handlers;
    this.connections = new ConnectionsView(server, this);
  }

  private static String requireHost(String host, SocketType type) {
    if (Objects.requireNonNull(host, "host").isBlank()) {
      throw new IllegalArgumentException(
          "host: " + host + " (expected: an address or a name, or the path of a Unix socket)");
    }
    int length = host.getBytes(StandardCharsets.UTF_8).length;
    if (type.isUnix() && (length > MAX_PATH || host.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException(
          "host: " + host + " (expected: a path of at most " + MAX_PATH + " bytes without NUL)");
    }
    return host;
  }

  private static int requirePort(int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0.." + MAX_PORT + ")");
    }
    return port;
  }

  /**
   * Changes settings of this port. From then on, also after an empty map, the port's protocol is
   * its own: of the server's settings those that say how a port splits or reads its bytes ({@link
   * Scope#PROTOCOL}) hold on it no more. All others are inherited one by one.
   *
   * @param values values by name
   * @return this port
   * @throws IllegalArgumentException if one is unknown, out of range or not a port's
   * @throws IllegalStateException once the server was started
   */
  public ServerPort set(Map<String, ?> values) {
    settings.setAll(Arguments.require("settings", values, "a map"));
    return this;
  }

  /**
   * Changes one setting of this port by name, as {@link #set(Map)}.
   *
   * @param name its name or alias
   * @param value its value
   * @return this port
   * @throws IllegalArgumentException if it is unknown, out of range or not a port's
   * @throws IllegalStateException once the server was started
   */
  public ServerPort set(String name, Object value) {
    settings.set(name, value);
    return this;
  }

  /**
   * Changes one setting of this port, as {@link #set(Map)}.
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
   * @throws IllegalArgumentException if ports do not have that event
   * @throws IllegalStateException once the server was started
   */
  public <H extends EventHandler> ServerPort on(Event<H> event, H handler) {
    server.bindHandler(handlers, requirePortEvent(event), handler);
    return this;
  }

  /**
   * Binds a handler to an event of this port by the event's name, as {@link Server#on(String,
   * EventHandler)}.
   *
   * @param event the event's name in any letter case, such as "Receive"
   * @param handler an object that implements the event's interface
   * @return this port
   * @throws IllegalArgumentException if ports do not have that event or the handler is of another
   * @throws IllegalStateException once the server was started
   */
  public ServerPort on(String event, EventHandler handler) {
    server.bindHandler(handlers, requirePortEvent(server.events().of(event, handler)), handler);
    return this;
  }

  /**
   * Binds an object to every event of ports whose interface it implements.
   *
   * @param object the handlers
   * @return this port
   * @throws IllegalArgumentException if it implements none
   * @throws IllegalStateException once the server was started
   */
  public ServerPort on(EventHandler object) {
    server.bindHandlers(handlers, portEvents(), object);
    return this;
  }

  /**
   * The handler that is bound to an event on this port itself; Swoole's {@code getCallback}.
   *
   * @param <H> the interface of the event's handlers
   * @param event the event
   * @return the handler; empty if the server's holds here, see {@link Server#getCallback(Event)}
   */
  public <H extends EventHandler> Optional<H> getCallback(Event<H> event) {
    return Optional.ofNullable(event.handlerType().cast(server.callback(handlers, List.of(event))));
  }

  /**
   * The handler that is bound on this port itself to an event of a given name, in whichever form.
   *
   * @param event the event's name in any letter case
   * @return as {@link #getCallback(Event)}
   * @throws IllegalArgumentException if there is no such event
   */
  public Optional<EventHandler> getCallback(String event) {
    return Optional.ofNullable(server.callback(handlers, server.events().named(event)));
  }

  private List<Event<?>> portEvents() {
    return server.events().all().stream().filter(event -> event.scope() != Scope.SERVER).toList();
  }

  private <E extends Event<?>> E requirePortEvent(E event) {
    if (event.scope() == Scope.SERVER) {
      throw new IllegalArgumentException(
          "event: "
              + event
              + " (expected: one of "
              + ServerEvents.names(portEvents())
              + " on a port)");
    }
    return event;
  }

  /**
   * The settings in force: what was set, with the port's own over the server's; Swoole's {@code
   * $setting}. Of the server's settings only those that a port may have; on the primary port all.
   *
   * @return values by name, read-only
   */
  public Map<String, Object> setting() {
    return settings.inForce();
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
   * The port number: the one bound, or the one asked for before the start; 0 for a Unix socket.
   *
   * @return 0 when any was asked for and none is bound
   */
  public int port() {
    Port now = bound;
    return now == null ? port : now.boundPort();
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
   * The open connections that came in by this port; Swoole's {@code $connections}.
   *
   * @return a live view
   */
  public Connections connections() {
    return connections;
  }

  /**
   * The listening socket; Swoole's {@code getSocket}.
   *
   * @return its descriptor and address, empty while it is not bound
   */
  public Optional<ListeningSocket> getSocket() {
    Port now = bound;
    SocketAddress address = now == null ? null : now.localAddress();
    return now == null || address == null
        ? Optional.empty()
        : Optional.of(new ListeningSocket(now.descriptor(), address));
  }

  /**
   * Reads certificates, keys and authorities of this port again and uses them for handshakes from
   * now on, as {@link Server#reloadTls()} does for all ports. From any thread; reads files.
   *
   * @throws IllegalStateException if a file is bad, naming it and the reason, and nothing has
   *     changed then; or if the server does not run or the port is one without TLS
   */
  public void reloadTls() {
    server.reloadTls(List.of(this));
  }

  /** The TLS in force; null without, and before the start. */
  @Nullable TlsPort tls() {
    Port now = bound;
    return now == null ? null : now.spec().rules().tls();
  }

  /** The socket that the process was started with; null where one is bound at start. */
  @Nullable InheritedSocket inherited() {
    return inherited;
  }

  SettingValues settings() {
    return settings;
  }

  HandlerTable handlers() {
    return handlers;
  }

  /**
   * Sends by this port; Swoole's {@code sendto} with the port's {@code server_socket}.
   *
   * @param address the address, or the path of a Unix socket
   * @param port the port, ignored for a Unix socket
   * @param data the datagram
   * @return as {@link Server#sendto(String, int, byte[], int)}
   */
  public boolean sendto(String address, int port, byte[] data) {
    return server.datagrams().send(this, address, port, data);
  }

  void bound(@Nullable Port now) {
    bound = now;
  }

  @Nullable DatagramPort datagrams() {
    return bound instanceof DatagramPort datagrams ? datagrams : null;
  }

  @Override
  public String toString() {
    if (type.isUnix()) {
      return host;
    }
    return (type.isIpv6() ? "[" + host + "]" : host) + ":" + port();
  }
}
