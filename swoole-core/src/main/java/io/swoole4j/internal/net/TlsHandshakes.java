// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.tls.HandshakeListener;
import io.swoole4j.internal.tls.HandshakeListener.Failure;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.internal.tls.TlsSession;
import io.swoole4j.internal.util.ThrottledLogger;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * The sockets of one port between their accept and the end of their handshake, which makes them
 * connections or a line in the log. On the event loop of each socket.
 */
final class TlsHandshakes {
  /** Makes a connection of a socket. */
  @FunctionalInterface
  interface Opener {
    void open(Channel channel, SocketAddress client, TlsSession session);
  }

  private final TlsPort port;
  private final Inbound inbound;
  private final Supplier<String> name;
  private final Opener opener;
  private final Logger logger;
  private final Map<Failure, ThrottledLogger> lines = new EnumMap<>(Failure.class);

  /**
   * The handshakes of a port.
   *
   * @param port its TLS
   * @param inbound the way in
   * @param name what the port is called in log lines
   * @param opener makes a connection of a socket
   */
  TlsHandshakes(TlsPort port, Inbound inbound, Supplier<String> name, Opener opener) {
    this.port = port;
    this.inbound = inbound;
    this.name = name;
    this.opener = opener;
    this.logger = inbound.logging().of(TlsHandshakes.class);
    for (Failure failure : Failure.values()) {
      lines.put(failure, new ThrottledLogger(logger, inbound.clock()));
    }
  }

  /** Begins one, for a client that may not be the peer. */
  void begin(Channel channel, SocketAddress client) {
    port.install(
        channel.pipeline(),
        new HandshakeListener() {
          @Override
          public void secured(Channel secured, TlsSession session) {
            opener.open(secured, client, session);
            if (inbound.isStopping()) {
              secured.close();
            }
          }

          @Override
          public void failed(Channel failing, Failure failure, Throwable cause) {
            TlsHandshakes.this.failed(client, failure, cause);
          }
        });
  }

  private void failed(SocketAddress client, Failure failure, Throwable cause) {
    inbound.counters().aborted.increment();
    inbound.counters().closed.increment();
    logger.debug("{}: handshake with {} failed", name.get(), client, cause);
    if (failure == Failure.GONE) {
      return;
    }
    lines
        .get(failure)
        .warn(
            "[" + code(failure) + "] " + name.get() + ": " + text(failure),
            client + ", " + cause.getMessage());
  }

  private static int code(Failure failure) {
    return switch (failure) {
      case NOT_TLS -> ErrorCode.SSL_BAD_CLIENT.code();
      case CERTIFICATE -> ErrorCode.SSL_VERIFY_FAILED.code();
      case TIMEOUT, PROTOCOL, GONE -> ErrorCode.SSL_HANDSHAKE_FAILED.code();
    };
  }

  private static String text(Failure failure) {
    return switch (failure) {
      case NOT_TLS -> "bad SSL client, what it sent is not TLS";
      case CERTIFICATE -> "client certificate refused";
      case TIMEOUT -> "handshake not done within ssl_handshake_timeout";
      case PROTOCOL, GONE -> "handshake failed";
    };
  }
}
