// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The baseline: a WebSocket server in plain Netty, in the best of its ordinary forms.
 *
 * <p>Masks demanded, text checked, whole messages with their limit; each reaches the handler as a
 * fresh {@code byte[]}, as swoole4j delivers it; replies are written one by one and flushed once
 * per read. A broadcast is one frame for a channel group. What does not read is written to as long
 * as its channel is writable.
 */
final class NettyWebSocketServer {
  /** How much may wait for one connection, on every side. */
  static final int OUTPUT_BUFFER = 256 * 1024;

  private static final int MAX_MESSAGE = 2 << 20;
  private static final int MAX_REQUEST = 64 * 1024;

  private NettyWebSocketServer() {}

  static TestedServer start(Workload workload, int loops, int payload) throws InterruptedException {
    List<Channel> stalled = new CopyOnWriteArrayList<>();
    ChannelGroup everybody = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    byte[] message = WebSocketTraffic.text(payload, 0);
    NettyListener listener =
        NettyListener.start(
            loops,
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                addHandlers(
                    channel,
                    workload == Workload.BROADCAST
                        ? new Broadcast(everybody, message)
                        : new Echo(stalled));
              }
            });
    StalledPusher pusher = StalledPusher.start((turn, bytes) -> push(stalled, turn, bytes));
    return new AccompaniedServer(listener, pusher::close);
  }

  private static void addHandlers(SocketChannel channel, NettySite<WebSocketFrame> site) {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(MAX_REQUEST, OUTPUT_BUFFER));
    WebSocketServerProtocolConfig config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/")
            .decoderConfig(
                WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(MAX_MESSAGE)
                    .expectMaskedFrames(true)
                    .withUTF8Validator(true)
                    .build())
            .build();
    channel
        .pipeline()
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(MAX_REQUEST))
        .addLast(new WebSocketServerProtocolHandler(config))
        .addLast(new WebSocketFrameAggregator(MAX_MESSAGE))
        .addLast(site);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a failed write is no matter of the pusher
  private static void push(List<Channel> stalled, int turn, byte[] bytes) {
    if (!stalled.isEmpty()) {
      Channel channel = stalled.get(turn % stalled.size());
      if (channel.isWritable()) {
        channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
      }
    }
  }

  /** Copies each message into an array and sends that array back. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failed write arrives at exceptionCaught
  private static final class Echo extends NettySite<WebSocketFrame> {
    private static final byte[] STALL = WebSocketTraffic.STALL.getBytes(US_ASCII);

    private final List<Channel> stalled;

    Echo(List<Channel> stalled) {
      this.stalled = stalled;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      ByteBuf content = frame.content();
      byte[] data = new byte[content.readableBytes()];
      content.readBytes(data);
      if (Arrays.equals(data, STALL)) {
        stalled.add(context.channel());
      } else {
        ByteBuf reply = Unpooled.wrappedBuffer(data);
        context.write(
            frame instanceof TextWebSocketFrame
                ? new TextWebSocketFrame(reply)
                : new BinaryWebSocketFrame(reply),
            context.voidPromise());
      }
    }
  }

  /** Sends one frame to a group of which every connection is a member. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failed write arrives at exceptionCaught
  private static final class Broadcast extends NettySite<WebSocketFrame> {
    private final ChannelGroup everybody;
    private final byte[] message;

    Broadcast(ChannelGroup everybody, byte[] message) {
      this.everybody = everybody;
      this.message = message;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
        everybody.add(context.channel());
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      everybody.writeAndFlush(
          new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)), channel -> true, true);
    }
  }
}
