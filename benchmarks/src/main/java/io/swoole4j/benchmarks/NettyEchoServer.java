// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The baseline: a length-framed echo server in plain Netty, in the best of its ordinary forms.
 *
 * <p>Each frame reaches the handler as a fresh {@code byte[]}, as swoole4j delivers it; replies are
 * written one by one and flushed once per read. Netty's safety checks stay on.
 */
final class NettyEchoServer implements EchoServer {
  private static final int HEADER_BYTES = 4;
  private static final int BACKLOG = 512;
  private static final int PATIENCE_SECONDS = 5;

  private final EventLoopGroup acceptor;
  private final EventLoopGroup loops;
  private final Channel listener;
  private final String description;

  private NettyEchoServer(
      EventLoopGroup acceptor, EventLoopGroup loops, Channel listener, String description) {
    this.acceptor = acceptor;
    this.loops = loops;
    this.listener = listener;
    this.description = description;
  }

  static NettyEchoServer start(int loopCount, int maxFrameBytes) throws InterruptedException {
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
            .childHandler(new Pipeline(maxFrameBytes))
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    String description =
        "bare Netty, " + (epoll ? "epoll" : "nio") + ", " + loopCount + " event loop(s)";
    return new NettyEchoServer(acceptor, loops, listener, description);
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

  /** Sets up an accepted connection. */
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {
    private final int maxFrameBytes;

    Pipeline(int maxFrameBytes) {
      this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(new LengthFieldBasedFrameDecoder(maxFrameBytes, 0, HEADER_BYTES, 0, 0))
          .addLast(new Echo());
    }
  }

  /** Copies each frame into an array and sends that array back. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failed write arrives at exceptionCaught
  private static final class Echo extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      byte[] data = new byte[frame.readableBytes()];
      frame.readBytes(data);
      context.write(Unpooled.wrappedBuffer(data), context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof IOException)) { // a client that leaves is no news
        System.err.println("connection closed: " + cause);
      }
      context.close();
    }
  }
}
