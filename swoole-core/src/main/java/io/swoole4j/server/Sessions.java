// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.Listener;
import io.swoole4j.internal.tls.TlsSession;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the server tells about a session. Any thread. */
final class Sessions {
  private static final double MILLIS = 1000.0;

  private Sessions() {}

  /** The code for an action on a session that is not open. */
  static ErrorCode whyNot(@Nullable Engine engine, @Nullable Connection connection, long fd) {
    if (connection != null) {
      return switch (connection.state()) {
        case Connection.CLOSED_BY_SERVER -> ErrorCode.SESSION_CLOSED_BY_SERVER;
        case Connection.CLOSED_BY_CLIENT -> ErrorCode.SESSION_CLOSED_BY_CLIENT;
        case Connection.IN_CLOSE_EVENT -> ErrorCode.SESSION_CLOSING;
        default -> ErrorCode.SESSION_CLOSED;
      };
    }
    return engine != null && engine.registry().everExisted(fd)
        ? ErrorCode.SESSION_CLOSED
        : ErrorCode.SESSION_NOT_EXIST;
  }

  /** What is known; certificates are kept from task workers, as Swoole keeps them to workers. */
  static ClientInfo info(Connection connection, boolean withCertificate) {
    TlsSession tls = withCertificate ? connection.tls() : null;
    ServerPort port = (ServerPort) connection.listener().settings();
    long received = connection.lastReceiveMillis();
    return new ClientInfo(
        port.port(),
        port.getSocket().map(ListeningSocket::descriptor).orElse(-1),
        Listener.descriptor(connection.channel()),
        port.type().number(),
        connection.remoteIp(),
        connection.remotePort(),
        connection.reactor().id(),
        TimeUnit.MILLISECONDS.toSeconds(connection.connectMillis()),
        TimeUnit.MILLISECONDS.toSeconds(received),
        received / MILLIS,
        connection.lastSendMillis() / MILLIS,
        connection.lastDispatchMillis() / MILLIS,
        0,
        connection.receiveQueuedBytes(),
        connection.sendQueuedBytes(),
        connection.hasUid() ? OptionalLong.of(connection.uid()) : OptionalLong.empty(),
        connection.pinnedWorker() >= 0
            ? OptionalInt.of(connection.pinnedWorker())
            : OptionalInt.empty(),
        tls == null ? Optional.empty() : Optional.ofNullable(tls.clientCertificate()),
        connection.attachment() instanceof SessionBridge session ? session.clientInfo() : Map.of());
  }
}
