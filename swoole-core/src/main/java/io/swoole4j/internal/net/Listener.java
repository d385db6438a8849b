// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.unix.UnixChannel;
import io.swoole4j.error.PortBindException;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.internal.tls.TlsSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One port for connections: its listening sockets and how an accepted socket becomes a connection.
 * Bound and closed by the life cycle's threads.
 */
public final class Listener implements Port {
  private final ListenerSpec spec;
  private final Transport transport;
  private final ReactorGroup reactors;
  private final Logger logger;
  private final ServerBootstrap bootstrap;
  private final List<Channel> channels = new ArrayList<>();
  private @Nullable UnixSocketFile file;
  private volatile int boundPort;

  /**
   * A port that is not bound yet.
   *
   * @param spec what to listen on
   * @param transport how
   * @param accepting the loops that accept
   * @param reactors the loops that connections live on
   * @param inbound the way in
   */
  public Listener(
      ListenerSpec spec,
      Transport transport,
      EventLoopGroup accepting,
      ReactorGroup reactors,
      Inbound inbound) {
    this.spec = spec;
    this.transport = transport;
    this.reactors = reactors;
    this.logger = inbound.logging().of(Listener.class);
    TlsPort tls = spec.rules().tls();
    TlsHandshakes handshakes =
        tls == null ? null : new TlsHandshakes(tls, inbound, this::toString, this::connect);
    bootstrap =
        new ServerBootstrap()
            .group(accepting, reactors.group())
            .channelFactory(transport.serverChannel(spec.type()))
            .handler(new Acceptor(inbound, spec.rules().proxies() == null))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    ProxyTrust proxies = spec.rules().proxies();
                    if (proxies == null) {
                      begin(channel, channel.remoteAddress(), handshakes);
                    } else {
                      ProxyGate.install(
                          channel.pipeline(),
                          proxies,
                          inbound.admission(),
                          client -> begin(channel, client, handshakes));
                    }
                  }
                });
    bootstrap.option(ChannelOption.AUTO_READ, false);
    if (inbound.rules().maxAcceptRate() > 0) {
      // Otherwise NIO accepts sixteen before the first of them can stop it.
      bootstrap.option(
          ChannelOption.RECVBUF_ALLOCATOR,
          new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(1));
    }
    spec.options().apply(bootstrap, transport, spec.type().isUnix(), logger);
  }

  private void begin(Channel channel, SocketAddress client, @Nullable TlsHandshakes handshakes) {
    if (handshakes == null) {
      connect(channel, client, null);
    } else {
      handshakes.begin(channel, client);
    }
  }

  private void connect(Channel channel, SocketAddress client, @Nullable TlsSession session) {
    long fd = channel.attr(Acceptor.FD).get();
    Connection connection =
        new Connection(fd, reactors.of(channel.eventLoop()), channel, client, spec, session);
    Supplier<Framer> framers = spec.framers();
    channel
        .pipeline()
        .addLast(
            PipelineSlots.CONNECTION,
            new ConnectionHandler(connection, framers == null ? null : framers.get()));
    ListenerSpec.Installer installer = spec.installer();
    if (installer != null) {
      channel
          .pipeline()
          .addBefore(PipelineSlots.CONNECTION, PipelineSlots.METER, new ReadMeter(connection));
      installer.install(channel, connection);
    }
  }

  @Override
  public void bind(int sockets) {
    try {
      if (spec.type().isUnix()) {
        file = new UnixSocketFile(Path.of(spec.host()));
        bindOne(Addresses.toBind(spec, transport, 0));
        file.bound(spec.socketFileMode());
        return;
      }
      Channel first = bindOne(Addresses.toBind(spec, transport, spec.port()));
      boundPort = ((InetSocketAddress) first.localAddress()).getPort();
      for (int i = 1; i < sockets; i++) {
        bindOne(Addresses.toBind(spec, transport, boundPort));
      }
    } catch (IOException e) {
      close(CLOSE_NANOS);
      throw new PortBindException(spec.host(), spec.port(), e);
    } catch (PortBindException e) {
      close(CLOSE_NANOS);
      throw e;
    }
  }

  private Channel bindOne(SocketAddress address) {
    var future = bootstrap.bind(address).awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new PortBindException(spec.host(), spec.port(), future.cause());
    }
    channels.add(future.channel());
    return future.channel();
  }

  @Override
  public void open() {
    channels.forEach(channel -> channel.config().setAutoRead(true));
  }

  @Override
  public void stop(long nanos) {
    close(nanos);
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
  public ListenerSpec spec() {
    return spec;
  }

  @Override
  public int boundPort() {
    return boundPort;
  }

  @Override
  public int descriptor() {
    return channels.isEmpty() ? -1 : descriptor(channels.get(0));
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    if (channels.isEmpty()) {
      return null;
    }
    return spec.type().isUnix()
        ? UnixDomainSocketAddress.of(spec.host())
        : channels.get(0).localAddress();
  }

  /**
   * Its first listening socket.
   *
   * @return the channel
   * @throws IllegalStateException before it is bound
   */
  public Channel channel() {
    if (channels.isEmpty()) {
      throw new IllegalStateException("port " + spec.port() + ": not bound (expected: a start)");
    }
    return channels.get(0);
  }

  /**
   * The descriptor of a socket.
   *
   * @param channel its channel
   * @return -1 where the transport does not tell
   */
  public static int descriptor(Channel channel) {
    return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
  }

  @Override
  public String toString() {
    return "port " + boundPort;
  }
}
