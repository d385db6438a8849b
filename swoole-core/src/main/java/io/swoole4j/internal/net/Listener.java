// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.unix.UnixChannel;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.internal.tls.TlsSession;
import java.net.SocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One port for connections: its listening sockets and how an accepted socket becomes a connection.
 * Bound and closed by the life cycle's threads.
 */
public final class Listener extends SocketPort {
  private final ReactorGroup reactors;
  private final ServerBootstrap bootstrap;

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
    super(spec, transport, inbound.logging().of(Listener.class));
    this.reactors = reactors;
    TlsPort tls = spec.rules().tls();
    TlsHandshakes handshakes =
        tls == null ? null : new TlsHandshakes(tls, inbound, this::toString, this::connect);
    bootstrap =
        new ServerBootstrap()
            .group(accepting, reactors.group())
            .channelFactory(transport.serverChannel(spec))
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
    spec.options()
        .apply(bootstrap, transport, spec.type().isUnix(), inbound.logging().of(Listener.class));
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
    if (session != null) {
      channel.pipeline().addFirst(TlsFloodGuard.NAME, new TlsFloodGuard(connection));
    }
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
  void bindOne(int number, int port) {
    bound(bootstrap, port);
  }

  @Override
  public void open() {
    channels().forEach(channel -> channel.config().setAutoRead(true));
  }

  @Override
  public void stop(long nanos) {
    close(nanos);
  }

  /**
   * Its first listening socket.
   *
   * @return the channel
   * @throws IllegalStateException before it is bound
   */
  public Channel channel() {
    if (channels().isEmpty()) {
      throw new IllegalStateException("port " + spec.port() + ": not bound (expected: a start)");
    }
    return channels().get(0);
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
    return "port " + boundPort();
  }
}
