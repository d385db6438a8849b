// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.UnixChannel;
import io.swoole4j.error.PortBindException;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.internal.tls.TlsSession;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One port: its listening sockets and how an accepted socket becomes a connection. Bound and closed
 * by the life cycle's threads.
 */
public final class Listener {
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ListenerSpec spec;
  private final ReactorGroup reactors;
  private final ServerBootstrap bootstrap;
  private final List<Channel> channels = new ArrayList<>();
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
    this.reactors = reactors;
    TlsPort tls = spec.rules().tls();
    TlsHandshakes handshakes =
        tls == null ? null : new TlsHandshakes(tls, inbound, this::toString, this::connect);
    SocketProtocolFamily family =
        spec.ipv6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    bootstrap =
        new ServerBootstrap()
            .group(accepting, reactors.group())
            .channelFactory(transport.serverChannel(family))
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
    spec.options().apply(bootstrap, transport, inbound.logging().of(Listener.class));
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

  /**
   * Binds; nothing is accepted before {@link #accept}.
   *
   * @param sockets how many sockets share the port
   * @throws PortBindException if the port cannot be had; nothing is left open then
   */
  public void bind(int sockets) {
    try {
      InetAddress address = resolve();
      Channel first = bindOne(new InetSocketAddress(address, spec.port()));
      boundPort = ((InetSocketAddress) first.localAddress()).getPort();
      for (int i = 1; i < sockets; i++) {
        bindOne(new InetSocketAddress(address, boundPort));
      }
    } catch (PortBindException e) {
      close(CLOSE_NANOS);
      throw e;
    }
  }

  private InetAddress resolve() {
    try {
      for (InetAddress address : InetAddress.getAllByName(spec.host())) {
        if (spec.ipv6() ? address instanceof Inet6Address : address instanceof Inet4Address) {
          return address;
        }
      }
    } catch (UnknownHostException e) {
      throw new PortBindException(spec.host(), spec.port(), e);
    }
    throw new PortBindException(
        spec.host(),
        spec.port(),
        new UnknownHostException(
            spec.host() + ": no " + (spec.ipv6() ? "IPv6" : "IPv4") + " address"));
  }

  private Channel bindOne(InetSocketAddress address) {
    var future = bootstrap.bind(address).awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new PortBindException(spec.host(), spec.port(), future.cause());
    }
    channels.add(future.channel());
    return future.channel();
  }

  /** Begins to accept. */
  public void accept() {
    channels.forEach(channel -> channel.config().setAutoRead(true));
  }

  /**
   * Closes the listening sockets; connections stay.
   *
   * @param nanos how long to wait for each
   */
  public void close(long nanos) {
    channels.forEach(Channel::close);
    channels.forEach(
        channel -> channel.closeFuture().awaitUninterruptibly(nanos, TimeUnit.NANOSECONDS));
  }

  /**
   * What it listens on.
   *
   * @return the specification
   */
  public ListenerSpec spec() {
    return spec;
  }

  /**
   * The port it is bound to.
   *
   * @return 0 before it is bound
   */
  public int boundPort() {
    return boundPort;
  }

  /**
   * The descriptor of its first socket.
   *
   * @return -1 where the transport does not tell
   */
  public int descriptor() {
    return channels.isEmpty() ? -1 : descriptor(channels.get(0));
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
