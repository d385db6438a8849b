// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream that is to carry another protocol, between the codec and the stream's own channel.
 * Owned by the connection's event loop, but for {@link #change}.
 */
final class Tunnel {
  private static final String HANDLER = "http2.tunnel";

  private final Tunnels tunnels;
  private final Http2Handler handler;
  private final ChannelHandlerContext context;
  private final Http2Stream stream;
  private final StreamChannel channel;
  private PortProtocol.@Nullable Session session;
  private @Nullable Http2Exchange exchange;
  private String slot = "";
  private boolean opened;
  private boolean gone;
  private boolean leaving;
  private boolean reading;

  Tunnel(Tunnels tunnels, Http2Handler handler, ChannelHandlerContext context, Http2Stream stream) {
    this.tunnels = tunnels;
    this.handler = handler;
    this.context = context;
    this.stream = stream;
    this.channel = new StreamChannel(context.channel(), this);
  }

  StreamChannel channel() {
    return channel;
  }

  /** It has become a connection, which is not read before the client is answered. */
  void install(
      ChannelPipeline pipeline,
      String place,
      PortProtocol.Session begun,
      Http2Streams streams,
      RequestHead head) {
    session = begun;
    slot = place;
    Http2Streams own = streams.within(begun, this::goodbye);
    begun.attach(own);
    exchange = new Http2Exchange(own, stream.id(), head, this);
    pipeline.addFirst(HANDLER, new TunnelHandler(tunnels, this, begun.fd()));
    begun.read(false);
  }

  PortProtocol.Session session() {
    return Objects.requireNonNull(session, "not installed");
  }

  Http2Exchange exchange() {
    return Objects.requireNonNull(exchange, "not installed");
  }

  /** The answer that opens it is queued: others handle what the client sends. From any thread. */
  void change(UpgradedConnection to) {
    session().execute(() -> changed(to));
  }

  private void changed(UpgradedConnection to) {
    if (!channel.isActive()) {
      to.lost();
      return;
    }
    to.install(channel.pipeline(), slot);
    session().read(true);
    if (leaving) {
      to.goodbye();
    }
  }

  /** The server stops; who is to say so may not be there yet. */
  void goodbye() {
    leaving = true;
    if (session().attachment().orElse(null) instanceof UpgradedConnection to) {
      to.goodbye();
    }
  }

  /** The head that opens it is written. */
  void opened() {
    opened = true;
  }

  boolean isOpened() {
    return opened;
  }

  /** A frame of the client's; answers how many bytes of it count as read. */
  int received(ByteBuf data, boolean last) {
    int dropped = 0;
    if (!channel.isOpen()) {
      dropped = data.readableBytes();
    } else if (data.isReadable()) {
      channel.received(data);
    }
    if (last) {
      inputEnded();
    }
    return dropped;
  }

  /** The client has ended its side. */
  void inputEnded() {
    channel.inputEnded();
  }

  void readLater() {
    if (!reading) {
      reading = true;
      tunnels.readLater(this);
    }
  }

  void read() {
    reading = false;
    channel.read0();
  }

  /** The client may send as much again. */
  void consumed(int bytes) {
    if (gone) {
      return;
    }
    try {
      if (handler.decoder().flowController().consumeBytes(stream, bytes)) {
        tunnels.flushLater();
      }
    } catch (Http2Exception e) {
      context.fireExceptionCaught(e);
    }
  }

  void write(ByteBuf piece, ChannelFutureListener taken) {
    handler
        .encoder()
        .writeData(context, stream.id(), piece, 0, false, context.newPromise().addListener(taken));
    tunnels.flushLater();
  }

  /** This side has said all. */
  void endOutput() {
    if (gone || stream.isResetSent() || !stream.state().localSideOpen()) {
      return;
    }
    if (opened) {
      handler
          .encoder()
          .writeData(context, stream.id(), Unpooled.EMPTY_BUFFER, 0, true, context.newPromise());
    } else {
      reset(Http2Error.CANCEL);
    }
    tunnels.flushLater();
  }

  /**
   * The channel is closed, and the stream with it.
   *
   * @param cut whether what it was to send must not pass for the whole
   */
  void closed(boolean cut) {
    if (!cut) {
      endOutput();
      try {
        handler.encoder().flowController().writePendingBytes();
      } catch (Http2Exception e) {
        context.fireExceptionCaught(e);
      }
    }
    if (!gone && !stream.isResetSent()) {
      reset(stream.state().localSideOpen() ? Http2Error.CANCEL : Http2Error.NO_ERROR);
    }
    tunnels.flushLater();
  }

  private void reset(Http2Error error) {
    handler.resetStream(context, stream.id(), error.code(), context.newPromise());
  }

  /** The stream is closed, by whomever. */
  void streamClosed() {
    gone = true;
    exchange().lost();
    if (channel.isOpen() && channel.isRegistered()) {
      channel.close0();
    }
  }
}
