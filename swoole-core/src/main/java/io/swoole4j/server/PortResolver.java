// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.codec.EofFramer;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.internal.codec.LengthFramer;
import io.swoole4j.internal.codec.LengthFunctionFramer;
import io.swoole4j.internal.codec.MqttFramer;
import io.swoole4j.internal.codec.RawFramer;
import io.swoole4j.internal.net.ListenerSpec;
import io.swoole4j.internal.net.PipelineSlots;
import io.swoole4j.internal.net.SocketOptions;
import io.swoole4j.internal.net.Transport;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.setting.LengthType;
import io.swoole4j.setting.PackageLengthFunction;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.PortProtocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Makes of a port's settings what the network layer needs, and checks that its required handlers
 * are there. Used by the starting thread.
 */
final class PortResolver {
  private final Server server;
  private final Transport transport;
  private final boolean reusePort;
  private final boolean eventObjects;
  private final Logger logger;
  private final UselessSettings useless;

  PortResolver(Server server, Transport transport, SettingValues settings, Logger logger) {
    this.server = server;
    this.transport = transport;
    this.reusePort = settings.get(Settings.ENABLE_REUSE_PORT);
    this.eventObjects = settings.get(Settings.EVENT_OBJECT);
    this.logger = logger;
    this.useless = new UselessSettings(server, logger);
  }

  /** The specification of one port, its handlers merged with the primary's and the worker's. */
  ListenerSpec resolve(int index, ServerPort port, List<HandlerTable> workers) {
    requireOffered(port);
    warnOfInherited(port);
    requireObjectForms(port, workers);
    HandlerTable handlers = workers.get(0);
    SettingValues settings = port.settings();
    if (port.type().isDatagram()) {
      require(port, workers, Event.PACKET, Event.PACKET_OBJECT);
      useless.warnOfDatagrams(port);
      return spec(
          index, port, null, null, new TlsFactory(server, logger).open(port, List.of()), workers);
    }
    useless.warnOfConnections(port);
    requireProxies(port);
    Supplier<Framer> framers = null;
    ListenerSpec.Installer installer = null;
    Optional<Setting<Boolean>> framing = framing(settings);
    framing.ifPresent(winner -> useless.warnOfProtocols(port, winner.name()));
    Optional<PortProtocol.PortSession> session =
        framing.isPresent() ? Optional.empty() : open(settings, handlers);
    if (session.isPresent()) {
      PortProtocol.PortSession protocol = session.get();
      protocol.requiredEvents().forEach(event -> require(port, workers, event));
      installer =
          (channel, connection) -> {
            SessionBridge bridge = new SessionBridge(server, connection, protocol);
            connection.attachment(bridge);
            protocol.install(channel.pipeline(), PipelineSlots.CONNECTION, bridge);
          };
    } else {
      require(port, workers, Event.RECEIVE, Event.RECEIVE_OBJECT);
      warnAboutUselessSettings(settings);
      framers = validated(framers(settings));
    }
    List<String> offered =
        session.map(PortProtocol.PortSession::applicationProtocols).orElse(List.of());
    TlsPort tls = new TlsFactory(server, logger).open(port, offered);
    return spec(index, port, framers, installer, tls, workers);
  }

  private ListenerSpec spec(
      int index,
      ServerPort port,
      @Nullable Supplier<Framer> framers,
      ListenerSpec.@Nullable Installer installer,
      @Nullable TlsPort tls,
      List<HandlerTable> workers) {
    SettingValues settings = port.settings();
    return new ListenerSpec(
        index,
        port.host(),
        port.port(),
        port.type(),
        port.inherited(),
        settings.find(Settings.UNIX_SOCKET_MODE).orElse(-1),
        options(settings),
        framers,
        installer,
        new ConnectionRulesFactory(port.toString(), settings).rules(workers, tls),
        port);
  }

  private void requireOffered(ServerPort port) {
    if (port.inherited() != null && !transport.takesInherited()) {
      throw new IllegalStateException(
          "port " + port + ": inherited (expected: transport epoll, no other can take it over)");
    }
    if (!transport.offers(port.type())) {
      throw new IllegalStateException(
          "port "
              + port
              + ": type "
              + port.type()
              + " (expected: another transport than nio, the JDK has no such socket)");
    }
    if (!port.type().isUnix()
        && port.settings().explicit(Settings.UNIX_SOCKET_MODE).isPresent()
        && server.ports().stream()
            .noneMatch(other -> other.type().isUnix() && other.inherited() == null)) {
      logger.warn("unix_socket_mode: has no effect, no port is a Unix socket that is made here");
    }
  }

  /** What a socket can only be told before it is bound. */
  private void warnOfInherited(ServerPort port) {
    if (port.inherited() == null || port.type().isUnix()) {
      return;
    }
    if (port.type().isStream() && port.settings().get(Settings.TCP_FASTOPEN) > 0) {
      warnOfInherited(port, Settings.TCP_FASTOPEN);
    }
    if (reusePort) {
      warnOfInherited(port, Settings.ENABLE_REUSE_PORT);
    }
  }

  private void warnOfInherited(ServerPort port, Setting<?> setting) {
    logger.warn("port {}: {}: has no effect on a socket that is inherited", port, setting);
  }

  /** Who is trusted goes by addresses, which the peers of a Unix socket have not. */
  private static void requireProxies(ServerPort port) {
    if (port.type().isUnix() && port.settings().get(Settings.OPEN_PROXY_PROTOCOL)) {
      throw new IllegalStateException(
          "port "
              + port
              + ": open_proxy_protocol: true (expected: false on a Unix socket, whose peers have no"
              + " address to be trusted by)");
    }
  }

  private void requireObjectForms(ServerPort port, List<HandlerTable> workers) {
    if (!eventObjects) {
      return;
    }
    for (Event<?> positional :
        List.of(
            Event.CONNECT,
            Event.RECEIVE,
            Event.PACKET,
            Event.CLOSE,
            Event.PIPE_MESSAGE,
            Event.TASK,
            Event.FINISH,
            Event.WORKER_ERROR)) {
      if (workers.stream().anyMatch(handlers -> handlers.find(positional).isPresent())) {
        throw new IllegalStateException(
            "event_object: true, port "
                + port
                + " with a "
                + positional.handlerType().getSimpleName()
                + " (expected: a handler of objects with it)");
      }
    }
  }

  /** The switch by which packets are cut, the one that wins. */
  private static Optional<Setting<Boolean>> framing(SettingValues settings) {
    return Stream.of(Settings.OPEN_EOF_SPLIT, Settings.OPEN_EOF_CHECK, Settings.OPEN_LENGTH_CHECK)
        .filter(settings::get)
        .findFirst();
  }

  private Optional<PortProtocol.PortSession> open(SettingValues settings, HandlerTable handlers) {
    PortProtocol.Port view =
        new PortProtocol.Port() {
          @Override
          public <T> Optional<T> find(Setting<T> setting) {
            return settings.find(setting);
          }

          @Override
          public boolean handles(Event<?> event) {
            return handlers.find(event).isPresent();
          }
        };
    return server.protocols().stream()
        .map(protocol -> protocol.open(view))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** One of the forms of an event has to be handled. */
  private static void require(ServerPort port, List<HandlerTable> workers, Event<?>... forms) {
    if (workers.stream()
        .anyMatch(
            handlers -> Arrays.stream(forms).allMatch(event -> handlers.find(event).isEmpty()))) {
      String name = forms[0].name();
      throw new IllegalStateException(
          "port "
              + port
              + ": no handler of "
              + name
              + " (expected: require on"
              + Character.toUpperCase(name.charAt(0))
              + name.substring(1)
              + " callback)");
    }
  }

  /** Refuses settings that do not go together now, not at the first connection. */
  private static Supplier<Framer> validated(Supplier<Framer> framers) {
    try {
      Framer sample = framers.get();
      if (sample.bufferedBytes() != 0) {
        throw new IllegalStateException("framer: not empty (expected: a new one)");
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "package_max_length, package_length_offset, package_body_offset, package_eof: do not fit"
              + " together (expected: a header or end mark within package_max_length)",
          e);
    }
    return framers;
  }

  private void warnAboutUselessSettings(SettingValues settings) {
    boolean split = settings.get(Settings.OPEN_EOF_SPLIT);
    boolean eof = split || settings.get(Settings.OPEN_EOF_CHECK);
    boolean length = settings.get(Settings.OPEN_LENGTH_CHECK);
    if (!eof) {
      withoutEffect(settings, "open_eof_check or open_eof_split", Settings.PACKAGE_EOF);
    }
    if (!length) {
      withoutEffect(
          settings,
          "open_length_check",
          Settings.PACKAGE_LENGTH_FUNC,
          Settings.PACKAGE_LENGTH_TYPE,
          Settings.PACKAGE_LENGTH_OFFSET,
          Settings.PACKAGE_BODY_OFFSET);
    } else if (eof) {
      logger.warn("open_length_check: has no effect, open_eof_check and open_eof_split win");
    }
    if ((eof || length) && settings.get(Settings.OPEN_MQTT_PROTOCOL)) {
      logger.warn("open_mqtt_protocol: has no effect, EOF and length checks win");
    }
  }

  private void withoutEffect(SettingValues settings, String needed, Setting<?>... useless) {
    for (Setting<?> setting : useless) {
      if (settings.isSet(setting)) {
        logger.warn("{}: has no effect without {}", setting, needed);
      }
    }
  }

  /**
   * EOF wins over length, length over protocols such as HTTP, and those over MQTT, as in Swoole.
   */
  private static Supplier<Framer> framers(SettingValues settings) {
    int max = settings.get(Settings.PACKAGE_MAX_LENGTH);
    boolean split = settings.get(Settings.OPEN_EOF_SPLIT);
    if (split || settings.get(Settings.OPEN_EOF_CHECK)) {
      byte[] eof = settings.get(Settings.PACKAGE_EOF).getBytes(StandardCharsets.ISO_8859_1);
      return () -> new EofFramer(eof, split, max);
    }
    if (!settings.get(Settings.OPEN_LENGTH_CHECK)) {
      return settings.get(Settings.OPEN_MQTT_PROTOCOL) ? () -> new MqttFramer(max) : RawFramer::new;
    }
    Optional<PackageLengthFunction> function = settings.find(Settings.PACKAGE_LENGTH_FUNC);
    if (function.isPresent()) {
      PackageLengthFunction lengths = function.get();
      return () -> new LengthFunctionFramer(lengths::packageLength, max);
    }
    LengthType type = settings.get(Settings.PACKAGE_LENGTH_TYPE);
    int offset = settings.get(Settings.PACKAGE_LENGTH_OFFSET);
    int body = settings.get(Settings.PACKAGE_BODY_OFFSET);
    return () -> new LengthFramer(type, offset, body, max);
  }

  private SocketOptions options(SettingValues settings) {
    return new SocketOptions(
        settings.get(Settings.BACKLOG),
        settings.get(Settings.OPEN_TCP_NODELAY),
        settings.get(Settings.TCP_DEFER_ACCEPT),
        settings.get(Settings.TCP_FASTOPEN),
        settings.get(Settings.TCP_USER_TIMEOUT),
        settings.get(Settings.OPEN_TCP_KEEPALIVE),
        settings.get(Settings.TCP_KEEPIDLE),
        settings.get(Settings.TCP_KEEPINTERVAL),
        settings.get(Settings.TCP_KEEPCOUNT),
        settings.get(Settings.KERNEL_SOCKET_RECV_BUFFER_SIZE),
        settings.get(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE),
        reusePort);
  }
}
