// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A listening socket of plain Netty with its event loops. Safety checks stay on. */
final class NettyListener implements TestedServer {
  private static final int BACKLOG = 512;
  private static final int PATIENCE_SECONDS = 5;

  private final EventLoopGroup acceptor;
  private final EventLoopGroup loops;
  private final Channel listener;
  private final String description;

  private NettyListener(
      EventLoopGroup acceptor, EventLoopGroup loops, Channel listener, String description) {
    this.acceptor = acceptor;
    this.loops = loops;
    this.listener = listener;
    this.description = description;
  }

  /** Listens on a free port of the loopback address. */
  static NettyListener start(int loopCount, ChannelInitializer<SocketChannel> pipeline)
      throws InterruptedException {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, io);
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(loopCount, io);
    Channel listener =
        new ServerBootstrap()
            .group(acceptor, loops)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childHandler(pipeline)
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    String description =
        "bare Netty, " + (epoll ? "epoll" : "nio") + ", " + loopCount + " event loop(s)";
    return new NettyListener(acceptor, loops, listener, description);
  }

  @Override
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    for (EventLoopGroup group : new EventLoopGroup[] {acceptor, loops}) {
      group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
