// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;

/**
 * The socket options of a listener and of the connections it accepts; 0 leaves a number to the
 * kernel.
 *
 * @param backlog connections that may wait to be accepted
 * @param noDelay TCP_NODELAY
 * @param deferAcceptSeconds TCP_DEFER_ACCEPT
 * @param fastOpenQueue TCP_FASTOPEN
 * @param userTimeoutMillis TCP_USER_TIMEOUT
 * @param keepAlive SO_KEEPALIVE
 * @param keepIdleSeconds idle time before the first probe
 * @param keepIntervalSeconds time between probes
 * @param keepCount probes without an answer before the connection is dropped
 * @param receiveBufferSize SO_RCVBUF
 * @param sendBufferSize SO_SNDBUF
 * @param reusePort SO_REUSEPORT
 */
public record SocketOptions(
    int backlog,
    boolean noDelay,
    int deferAcceptSeconds,
    int fastOpenQueue,
    int userTimeoutMillis,
    boolean keepAlive,
    int keepIdleSeconds,
    int keepIntervalSeconds,
    int keepCount,
    int receiveBufferSize,
    int sendBufferSize,
    boolean reusePort) {
  /** The most that one read takes from a socket, and so the largest unframed packet. */
  static final int MAX_READ = 65536;

  /** Sets everything that can be set before the socket is bound. */
  void apply(ServerBootstrap bootstrap, Transport transport, boolean unix, Logger logger) {
    bootstrap
        .option(ChannelOption.SO_BACKLOG, backlog)
        // Measured: Netty 4.2's default, the adaptive one, costs 10 to 15 % at one message a read.
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2048, MAX_READ));
    if (sendBufferSize > 0) {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, sendBufferSize);
    }
    if (!unix || transport != Transport.NIO) {
      // Netty knows no half-closed Unix sockets on NIO.
      bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    if (unix) {
      if (receiveBufferSize > 0) {
        bootstrap.childOption(ChannelOption.SO_RCVBUF, receiveBufferSize);
      }
      return;
    }
    bootstrap
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, noDelay);
    if (receiveBufferSize > 0) {
      // On the listening socket as well: the window scale is settled during the handshake.
      bootstrap
          .option(ChannelOption.SO_RCVBUF, receiveBufferSize)
          .childOption(ChannelOption.SO_RCVBUF, receiveBufferSize);
    }
    if (fastOpenQueue > 0 && transport != Transport.NIO) {
      bootstrap.option(ChannelOption.TCP_FASTOPEN, fastOpenQueue);
    }
    switch (transport) {
      case EPOLL -> applyEpoll(bootstrap);
      case NIO -> applyNio(bootstrap, logger);
      case KQUEUE -> applyKQueue(bootstrap, logger);
    }
  }

  /**
   * The same for a socket for datagrams. Its address is never shared but by reusePort: with
   * SO_REUSEADDR anybody could bind the port a second time and take its datagrams.
   */
  void apply(Bootstrap bootstrap, Transport transport, boolean unix) {
    if (receiveBufferSize > 0) {
      bootstrap.option(ChannelOption.SO_RCVBUF, receiveBufferSize);
    }
    if (sendBufferSize > 0) {
      bootstrap.option(ChannelOption.SO_SNDBUF, sendBufferSize);
    }
    if (reusePort && !unix) {
      if (transport == Transport.NIO) {
        bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
      } else {
        bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
      }
    }
  }

  private void applyEpoll(ServerBootstrap bootstrap) {
    if (reusePort) {
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
    }
    if (deferAcceptSeconds > 0) {
      bootstrap.option(EpollChannelOption.TCP_DEFER_ACCEPT, deferAcceptSeconds);
    }
    if (userTimeoutMillis > 0) {
      bootstrap.childOption(EpollChannelOption.TCP_USER_TIMEOUT, userTimeoutMillis);
    }
    if (keepAlive) {
      bootstrap
          .childOption(ChannelOption.SO_KEEPALIVE, true)
          .childOption(EpollChannelOption.TCP_KEEPIDLE, keepIdleSeconds)
          .childOption(EpollChannelOption.TCP_KEEPINTVL, keepIntervalSeconds)
          .childOption(EpollChannelOption.TCP_KEEPCNT, keepCount);
    }
  }

  private void applyNio(ServerBootstrap bootstrap, Logger logger) {
    if (reusePort) {
      bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
    }
    if (keepAlive) {
      bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
      childOption(bootstrap, ExtendedSocketOptions.TCP_KEEPIDLE, keepIdleSeconds);
      childOption(bootstrap, ExtendedSocketOptions.TCP_KEEPINTERVAL, keepIntervalSeconds);
      childOption(bootstrap, ExtendedSocketOptions.TCP_KEEPCOUNT, keepCount);
    }
    withoutEffect(logger, "tcp_defer_accept", deferAcceptSeconds, "nio");
    withoutEffect(logger, "tcp_user_timeout", userTimeoutMillis, "nio");
    withoutEffect(logger, "tcp_fastopen", fastOpenQueue, "nio");
  }

  private void applyKQueue(ServerBootstrap bootstrap, Logger logger) {
    if (reusePort) {
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
    }
    if (keepAlive) {
      bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
      logger.warn("tcp_keepidle, tcp_keepinterval, tcp_keepcount: no effect on kqueue");
    }
    withoutEffect(logger, "tcp_defer_accept", deferAcceptSeconds, "kqueue");
    withoutEffect(logger, "tcp_user_timeout", userTimeoutMillis, "kqueue");
  }

  private static void childOption(
      ServerBootstrap bootstrap, SocketOption<Integer> option, int value) {
    bootstrap.childOption(NioChannelOption.of(option), value);
  }

  private static void withoutEffect(Logger logger, String setting, int value, String transport) {
    if (value > 0) {
      logger.warn("{}: {} has no effect on the {} transport", setting, value, transport);
    }
  }
}
