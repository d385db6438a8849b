// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.swoole4j.internal.util.Logging;
import java.nio.channels.spi.SelectorProvider;
import java.util.Locale;

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

  /** Listening sockets of one address family only, so that 0.0.0.0 does not also take IPv6. */
  ChannelFactory<? extends ServerChannel> serverChannel(SocketProtocolFamily family) {
    return switch (this) {
      case EPOLL -> () -> new EpollServerSocketChannel(family);
      case KQUEUE -> KQueueServerSocketChannel::new;
      case NIO -> () -> new NioServerSocketChannel(SelectorProvider.provider(), family);
    };
  }
}
