// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.websocket.deflate.MessageInflater;
import io.swoole4j.internal.websocket.frame.FrameDecoder;
import io.swoole4j.internal.websocket.frame.FrameException;
import io.swoole4j.internal.websocket.frame.FrameSink;
import io.swoole4j.internal.websocket.frame.Op;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of what a client sends and hands them to workers; answers pings itself. The first
 * broken rule ends the connection with a close frame, behind the messages before it. Owned by the
 * connection's event loop.
 */
final class WebSocketInbound extends ChannelInboundHandlerAdapter implements FrameSink {
  /** What a message counts besides its data: at most the header of its frame. */
  private static final int HEADER = 14;

  private final WebSocketConnection connection;
  private final WebSocketRules rules;
  private final FrameDecoder decoder;
  private @Nullable ChannelHandlerContext context;
  private @Nullable SilenceWatch watch;
  private @Nullable MessageWatch messageWatch;
  private boolean done;

  WebSocketInbound(WebSocketConnection connection, boolean compressing) {
    this.connection = connection;
    this.rules = connection.port().rules();
    this.decoder =
        new FrameDecoder(rules.limits(), true, compressing ? MessageInflater::inflate : null);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    watch = SilenceWatch.start(connection, added.executor());
    messageWatch = MessageWatch.of(connection, decoder, added.executor(), () -> leave(Op.POLICY));
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    try {
      if (message instanceof ByteBuf bytes && !done) {
        if (watch != null) {
          watch.heard();
        }
        decoder.decode(bytes, this);
        if (messageWatch != null) {
          messageWatch.decoded();
        }
      }
    } catch (FrameException e) {
      connection.port().noise().warn("malformed data", connection.session().fd(), e.getMessage());
      leave(e.code());
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Looks at nothing more, and closes behind what was looked at. */
  private void leave(int code) {
    end();
    connection.leave(code);
  }

  private void end() {
    done = true;
    if (watch != null) {
      watch.stop();
    }
    if (messageWatch != null) {
      messageWatch.stop();
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public void message(int opcode, byte[] data, boolean compressed) {
    frameEnded();
    int flags = FrameFlag.FIN.bit() | (compressed ? FrameFlag.COMPRESS.bit() : 0);
    Opcode kind = opcode == Op.TEXT ? Opcode.TEXT : Opcode.BINARY;
    deliver(new Frame(connection.session().fd(), data, kind, flags, true));
  }

  private void frameEnded() {
    if (messageWatch != null) {
      messageWatch.frameEnded();
    }
  }

  private void deliver(Frame frame) {
    connection
        .session()
        .deliver(
            WebSocketEvent.MESSAGE,
            frame.data().length + HEADER,
            new MessageDelivery(connection.port(), frame));
  }

  @Override
  public void control(int opcode, byte[] payload) {
    frameEnded();
    switch (opcode) {
      case Op.PING -> {
        if (rules.pingFrames()) {
          deliver(control(Opcode.PING, payload));
        } else {
          connection.pong(payload);
        }
      }
      case Op.PONG -> {
        if (rules.pongFrames()) {
          deliver(control(Opcode.PONG, payload));
        }
      }
      default -> closedByClient(payload);
    }
  }

  private Frame control(Opcode opcode, byte[] payload) {
    return new Frame(connection.session().fd(), payload, opcode, FrameFlag.FIN.bit(), false);
  }

  /** The client says goodbye: it is answered behind its messages, and is then as good as gone. */
  private void closedByClient(byte[] payload) {
    end();
    connection
        .session()
        .deliver(WebSocketEvent.MESSAGE, HEADER, new ClientClosing(connection, payload));
    ChannelHandlerContext own = context;
    if (own != null) {
      own.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    end();
    connection.lost();
    inactive.fireChannelInactive();
  }
}
