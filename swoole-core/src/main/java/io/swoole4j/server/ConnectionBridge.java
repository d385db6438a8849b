// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.netty.util.NetUtil;
import io.swoole4j.internal.codec.FramingException;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.ConnectionEvents;
import io.swoole4j.internal.net.Datagram;
import io.swoole4j.internal.net.DatagramPort;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.spi.PortProtocol;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Calls the handlers of the events of connections. Runs where the events run. */
final class ConnectionBridge implements ConnectionEvents {
  private static final double MILLIS = 1000.0;

  private final Server server;
  private final WorkerBridge workers;
  private final Failures failures;
  private final Logger logger;
  private final ThrottledLogger discards;
  private final ThrottledLogger failed;
  private final Map<Integer, ThrottledLogger> violations = new ConcurrentHashMap<>();

  ConnectionBridge(Server server, WorkerBridge workers, Failures failures, Logger logger) {
    this.server = server;
    this.workers = workers;
    this.failures = failures;
    this.logger = logger;
    this.discards = throttle();
    this.failed = throttle();
  }

  private PortHandlers handlers(Connection connection) {
    return workers.current().ports().get(connection.listener().index());
  }

  @Override
  public void connected(Connection connection) {
    ConnectHandler handler = handlers(connection).connect();
    if (handler == null) {
      return;
    }
    try {
      handler.onConnect(server, connection.fd(), connection.reactor().id());
    } catch (Throwable e) {
      failures.thrown(Event.CONNECT, connection.fd(), e);
    }
  }

  @Override
  public void received(Connection connection, byte[] data) {
    ReceiveHandler handler = handlers(connection).receive();
    if (handler == null) {
      return;
    }
    try {
      handler.onReceive(server, connection.fd(), connection.reactor().id(), data);
    } catch (Throwable e) {
      failures.thrown(Event.RECEIVE, connection.fd(), e);
    }
  }

  @Override
  public void datagram(DatagramPort port, int reactorId, Datagram datagram) {
    PacketHandler handler = workers.current().ports().get(port.spec().index()).packet();
    if (handler == null) {
      return;
    }
    InetAddress sender = datagram.senderAddress();
    PacketInfo client =
        new PacketInfo(
            sender == null ? datagram.senderPath() : NetUtil.toAddressString(sender),
            datagram.senderPort(),
            port.boundPort(),
            Datagrams.socketNumber(port),
            datagram.arrivedMillis() / MILLIS);
    try {
      handler.onPacket(server, datagram.data(), client);
    } catch (Throwable e) {
      failures.thrown(Event.PACKET, 0, e);
    }
  }

  @Override
  public void closed(Connection connection, int reactorId) {
    PortHandlers handlers = handlers(connection);
    if (connection.attachment() instanceof SessionBridge session) {
      Optional<PortProtocol.Ending> ending = session.ending(handlers);
      if (ending.isPresent()) {
        run(connection, ending.get().event(), ending.get().callback());
        return;
      }
    }
    CloseHandler handler = handlers.close();
    if (handler == null) {
      return;
    }
    try {
      handler.onClose(server, connection.fd(), reactorId);
    } catch (Throwable e) {
      failures.thrown(Event.CLOSE, connection.fd(), e);
    }
  }

  @Override
  public void bufferFull(Connection connection) {
    BufferFullHandler handler = handlers(connection).bufferFull();
    if (handler == null) {
      return;
    }
    try {
      handler.onBufferFull(server, connection.fd());
    } catch (Throwable e) {
      failures.thrown(Event.BUFFER_FULL, connection.fd(), e);
    }
  }

  @Override
  public void bufferEmpty(Connection connection) {
    BufferEmptyHandler handler = handlers(connection).bufferEmpty();
    if (handler == null) {
      return;
    }
    try {
      handler.onBufferEmpty(server, connection.fd());
    } catch (Throwable e) {
      failures.thrown(Event.BUFFER_EMPTY, connection.fd(), e);
    }
  }

  @Override
  public void protocolMessage(Connection connection, Object message) {
    SessionBridge.Message delivered = (SessionBridge.Message) message;
    run(connection, delivered.event(), delivered.callback());
  }

  private void run(Connection connection, Event<?> event, PortProtocol.Callback callback) {
    try {
      callback.run(server, handlers(connection));
    } catch (Throwable e) {
      failures.thrown(event, connection.fd(), e);
    }
  }

  @Override
  public @Nullable Object sequence(Object message) {
    return ((SessionBridge.Message) message).callback().sequence().orElse(null);
  }

  @Override
  public boolean protocolMessageRefused(Connection connection, Object message) {
    SessionBridge.Message delivered = (SessionBridge.Message) message;
    try {
      return delivered.callback().refused();
    } catch (RuntimeException e) {
      failures.report(delivered.event(), connection.fd(), e);
      // Not run, and so whatever it holds has to be let go of.
      protocolMessageDropped(connection, message);
      return true;
    }
  }

  @Override
  public boolean handlesConnect(Connection connection) {
    return handlers(connection).connect() != null;
  }

  @Override
  public void protocolMessageDropped(Connection connection, Object message) {
    SessionBridge.Message delivered = (SessionBridge.Message) message;
    try {
      delivered.callback().dropped();
    } catch (RuntimeException e) {
      failures.report(delivered.event(), connection.fd(), e);
    }
  }

  @Override
  public void discarded(Connection connection) {
    discards.warn("[1007] packet of a closed connection discarded", connection);
  }

  @Override
  public void violated(Connection connection, FramingException violation) {
    violations
        .computeIfAbsent(violation.code(), code -> throttle())
        .warn(
            "[" + violation.code() + "] " + connection + " closed",
            violation.getMessage(),
            violation.getCause());
  }

  @Override
  public void failed(Connection connection, Throwable cause) {
    failed.warn(connection + " closed", "its pipeline failed", cause);
  }

  /** What a peer can bring about at will must not fill the log. */
  private ThrottledLogger throttle() {
    return new ThrottledLogger(logger, Clock.SYSTEM);
  }
}
