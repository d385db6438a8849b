// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * The baseline: a length-framed echo server in plain Netty, in the best of its ordinary forms.
 *
 * <p>Each frame reaches the handler as a fresh {@code byte[]}, as swoole4j delivers it; replies are
 * written one by one and flushed once per read. Netty's safety checks stay on.
 */
final class NettyEchoServer {
  private static final int HEADER_BYTES = 4;

  private NettyEchoServer() {}

  static TestedServer start(int loopCount, int maxFrameBytes) throws InterruptedException {
    return NettyListener.start(loopCount, new Pipeline(maxFrameBytes));
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
  private static final class Echo extends NettySite<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      byte[] data = new byte[frame.readableBytes()];
      frame.readBytes(data);
      context.write(Unpooled.wrappedBuffer(data), context.voidPromise());
    }
  }
}
