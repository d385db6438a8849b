// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Stream;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.spi.PortProtocol;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection that carry another protocol: makes connections of them, reads them
 * when the codec is done with what was read, and sends what they send together. Owned by the
 * connection's event loop.
 */
final class Tunnels {
  private static final byte[] NO_BODY = {};

  private final Http2Handler handler;
  private final ChannelHandlerContext context;
  private final PortProtocol.Session carrier;
  private final OutputWriter writer;
  private final TunnelPort port;
  private final Http2Connection.PropertyKey key;
  private final Set<Tunnel> tunnels = new LinkedHashSet<>();
  private final ArrayDeque<Tunnel> unread = new ArrayDeque<>();
  private boolean decoding;
  private boolean readQueued;
  private boolean flushQueued;

  Tunnels(
      Http2Handler handler,
      ChannelHandlerContext context,
      PortProtocol.Session carrier,
      OutputWriter writer,
      TunnelPort port) {
    this.handler = handler;
    this.context = context;
    this.carrier = carrier;
    this.writer = writer;
    this.port = port;
    this.key = handler.connection().newKey();
  }

  /** Whether streams may carry a protocol. */
  boolean carries(String protocol) {
    return port.protocol().equals(protocol);
  }

  /** What carries another protocol on a stream, null if nothing does. */
  @Nullable Tunnel of(Http2Stream stream) {
    return stream.getProperty(key);
  }

  /**
   * Makes a connection of a stream, and has the request for it answered.
   *
   * @param stream the stream
   * @param head the request
   * @param streams what the connection's exchanges share
   * @return false when there are too many connections
   */
  boolean open(Http2Stream stream, RequestHead head, Http2Streams streams) {
    Tunnel tunnel = new Tunnel(this, handler, context, stream);
    boolean admitted =
        carrier.carry(
            tunnel.channel(),
            (pipeline, slot, session) -> {
              // Before anything can end it.
              stream.setProperty(key, tunnel);
              tunnels.add(tunnel);
              tunnel.install(pipeline, slot, session, streams, head);
            });
    if (admitted) {
      port.request(
          tunnel.channel(),
          tunnel.session(),
          tunnel.exchange(),
          new RequestMessage(head, NO_BODY, null));
    }
    return admitted;
  }

  /** A stream is closed, by whomever. */
  void closed(Http2Stream stream) {
    Tunnel tunnel = of(stream);
    if (tunnel != null) {
      tunnels.remove(tunnel);
      tunnel.streamClosed();
    }
  }

  /** The server stops. */
  void goodbye() {
    List.copyOf(tunnels).forEach(Tunnel::goodbye);
  }

  /** Sends a part of an answer that is none, or not yet, of the other protocol. */
  void write(Output output, ChannelPromise promise) {
    writer.write(output, promise);
    flushLater();
  }

  /** The codec begins with what was read. */
  void decoding() {
    decoding = true;
  }

  /** The codec is done with what was read. */
  void decoded() {
    decoding = false;
    readAll();
  }

  /** Something of a stream can be read, but not within the codec: handlers may do anything. */
  void readLater(Tunnel tunnel) {
    unread.add(tunnel);
    if (!decoding && !readQueued) {
      readQueued = true;
      context.executor().execute(this::readAll);
    }
  }

  private void readAll() {
    readQueued = false;
    for (int left = unread.size(); left > 0; left--) {
      unread.remove().read();
    }
  }

  /** Sends what was written, with what others write until then. */
  void flushLater() {
    if (!flushQueued) {
      flushQueued = true;
      context.executor().execute(this::flush);
    }
  }

  private void flush() {
    flushQueued = false;
    handler.flush(context);
  }
}
