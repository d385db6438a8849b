// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainDatagramChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.server.SocketType;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The way sockets are waited for: what the platform offers, and what is made of it. */
public enum Transport {
  /** Linux, through Netty's native library. */
  EPOLL,
  /** macOS and the BSDs, through Netty's native library. */
  KQUEUE,
  /** The JDK's selectors; works everywhere. */
  NIO;

  /**
   * The transport a setting asks for.
   *
   * @param name {@code auto} or the name of a transport, in lower case
   * @param logging where it is said that epoll is missing
   * @return an available transport
   * @throws IllegalStateException if the one asked for by name is not available here
   */
  public static Transport of(String name, Logging logging) {
    if (name.equals("auto")) {
      return best(logging);
    }
    Transport wanted = valueOf(name.toUpperCase(Locale.ROOT));
    if (!wanted.isAvailable()) {
      throw new IllegalStateException(
          "transport: " + name + " (expected: one that is available)", wanted.unavailability());
    }
    return wanted;
  }

  private static Transport best(Logging logging) {
    if (Epoll.isAvailable()) {
      return EPOLL;
    }
    if (KQueue.isAvailable()) {
      return KQUEUE;
    }
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
      logging
          .of(Transport.class)
          .warn(
              "the epoll transport is not available, falling back to NIO; on the module path add"
                  + " --add-modules io.netty.transport.epoll.linux.x86_64 (or aarch_64)",
              Epoll.unavailabilityCause());
    }
    return NIO;
  }

  /**
   * Whether it works on this machine.
   *
   * @return true if servers can use it
   */
  public boolean isAvailable() {
    return switch (this) {
      case EPOLL -> Epoll.isAvailable();
      case KQUEUE -> KQueue.isAvailable();
      case NIO -> true;
    };
  }

  private Throwable unavailability() {
    return this == EPOLL ? Epoll.unavailabilityCause() : KQueue.unavailabilityCause();
  }

  /**
   * Makes the part of an event loop that waits.
   *
   * @return a factory
   */
  public IoHandlerFactory ioHandler() {
    return switch (this) {
      case EPOLL -> EpollHandler.newFactory();
      case KQUEUE -> KQueueIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /**
   * Listening sockets for connections; of one address family only, so that 0.0.0.0 does not also
   * take IPv6.
   */
  ChannelFactory<? extends ServerChannel> serverChannel(ListenerSpec spec) {
    InheritedSocket inherited = spec.inherited();
    if (inherited != null) {
      return () -> inherited.serverChannel(spec.options().backlog());
    }
    SocketType type = spec.type();
    if (type.isUnix()) {
      return switch (this) {
        case EPOLL -> EpollServerDomainSocketChannel::new;
        case KQUEUE -> KQueueServerDomainSocketChannel::new;
        case NIO -> NioServerDomainSocketChannel::new;
      };
    }
    SocketProtocolFamily family = family(type);
    return switch (this) {
      case EPOLL -> () -> new EpollServerSocketChannel(family);
      case KQUEUE -> KQueueServerSocketChannel::new;
      case NIO -> () -> new NioServerSocketChannel(SelectorProvider.provider(), family);
    };
  }

  private static SocketProtocolFamily family(SocketType type) {
    return type.isIpv6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
  }

  /**
   * Whether there are sockets of a kind.
   *
   * @param type the kind
   * @return false for datagrams over Unix sockets where the JDK alone is used
   */
  public boolean offers(SocketType type) {
    return type != SocketType.UNIX_DGRAM || this != NIO;
  }

  /**
   * Whether sockets can be served that this process was started with.
   *
   * @return true for epoll alone
   */
  public boolean takesInherited() {
    return this == EPOLL;
  }

  /**
   * One socket for datagrams.
   *
   * @param channel Netty's view of it
   * @param java the JDK's view of it, which Netty keeps to itself; null on other transports
   */
  record DatagramChannels(Channel channel, @Nullable DatagramChannel java) {}

  /** A socket for datagrams. */
  DatagramChannels datagramChannel(ListenerSpec spec) {
    InheritedSocket inherited = spec.inherited();
    if (inherited != null) {
      return new DatagramChannels(inherited.datagramChannel(), null);
    }
    SocketType type = spec.type();
    if (type.isUnix()) {
      return new DatagramChannels(
          this == EPOLL ? new EpollDomainDatagramChannel() : new KQueueDomainDatagramChannel(),
          null);
    }
    SocketProtocolFamily family = family(type);
    return switch (this) {
      case EPOLL -> new DatagramChannels(new EpollDatagramChannel(family), null);
      case KQUEUE -> new DatagramChannels(new KQueueDatagramChannel(family), null);
      case NIO -> nioDatagramChannel(type.isIpv6());
    };
  }

  private static DatagramChannels nioDatagramChannel(boolean ipv6) {
    try {
      DatagramChannel channel =
          DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
      return new DatagramChannels(new NioDatagramChannel(channel), channel);
    } catch (IOException e) {
      throw new ChannelException("no socket for datagrams", e);
    }
  }
}
