// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.swoole4j.error.PortBindException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What ports of both kinds have in common: sockets on one address, or the file of one Unix socket.
 * Bound and closed by the life cycle's threads.
 */
abstract class SocketPort implements Port {
  final ListenerSpec spec;
  final Transport transport;
  private final Logger logger;
  private final List<Channel> channels = new ArrayList<>();
  private @Nullable UnixSocketFile file;
  private volatile int boundPort;

  SocketPort(ListenerSpec spec, Transport transport, Logger logger) {
    this.spec = spec;
    this.transport = transport;
    this.logger = logger;
  }

  @Override
  public void bind(int sockets) {
    try {
      if (spec.inherited() != null) {
        bindOne(0, spec.port());
        boundPort = spec.port();
        return;
      }
      if (spec.type().isUnix()) {
        file = new UnixSocketFile(Path.of(spec.host()));
        bindOne(0, 0);
        file.bound(spec.socketFileMode());
        return;
      }
      bindOne(0, spec.port());
      boundPort = ((InetSocketAddress) channels.get(0).localAddress()).getPort();
      for (int i = 1; i < sockets; i++) {
        bindOne(i, boundPort);
      }
    } catch (IOException e) {
      close(CLOSE_NANOS);
      throw new PortBindException(spec.host(), spec.port(), e);
    } catch (PortBindException e) {
      close(CLOSE_NANOS);
      throw e;
    }
  }

  /** Makes and binds one socket through {@link #bound}; 0 is any port, or none. */
  abstract void bindOne(int number, int port);

  /** Binds a socket, unless it is inherited and so bound already, and keeps it. */
  final Channel bound(AbstractBootstrap<?, ?> bootstrap, int port) {
    ChannelFuture bound =
        spec.inherited() == null
            ? bootstrap.bind(Addresses.toBind(spec, transport, port))
            : bootstrap.register();
    bound.awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new PortBindException(spec.host(), spec.port(), bound.cause());
    }
    channels.add(bound.channel());
    return bound.channel();
  }

  /** The sockets that are bound. */
  final List<Channel> channels() {
    return channels;
  }

  @Override
  public void close(long nanos) {
    try {
      if (file != null) {
        file.remove();
      }
    } catch (IOException e) {
      logger.warn("the file of the Unix socket {} could not be removed", spec.host(), e);
    }
    channels.forEach(Channel::close);
    channels.forEach(
        channel -> channel.closeFuture().awaitUninterruptibly(nanos, TimeUnit.NANOSECONDS));
  }

  @Override
  public final ListenerSpec spec() {
    return spec;
  }

  @Override
  public final int boundPort() {
    return boundPort;
  }

  @Override
  public final int descriptor() {
    return channels.isEmpty() ? -1 : Listener.descriptor(channels.get(0));
  }

  @Override
  public final @Nullable SocketAddress localAddress() {
    if (channels.isEmpty()) {
      return null;
    }
    return spec.type().isUnix()
        ? UnixDomainSocketAddress.of(spec.host())
        : channels.get(0).localAddress();
  }
}
