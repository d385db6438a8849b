// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.error.PortBindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One port for datagrams: its sockets, each read by one reactor, and the way out. Bound and closed
 * by the life cycle's threads; {@link #send} is safe from any.
 */
public final class DatagramPort extends SocketPort {
  /** The longest datagram over IPv4, and the longest that is sent. */
  public static final int MAX_SENT = 65507;

  /** The longest datagram taken in; over a Unix socket the kernel would allow longer ones. */
  static final int MAX_RECEIVED = 65535;

  private final ReactorGroup reactors;
  private final Inbound inbound;
  private final List<DatagramHandler> handlers = new CopyOnWriteArrayList<>();
  private final List<DatagramSocket> sockets = new ArrayList<>();
  private volatile @Nullable DatagramSocket out;

  /**
   * A port that is not bound yet.
   *
   * @param spec what to listen on
   * @param transport how
   * @param reactors the loops that read it
   * @param inbound the way in
   */
  public DatagramPort(
      ListenerSpec spec, Transport transport, ReactorGroup reactors, Inbound inbound) {
    super(spec, transport, inbound.logging().of(DatagramPort.class));
    this.reactors = reactors;
    this.inbound = inbound;
  }

  @Override
  public void bind(int count) {
    super.bind(count);
    out = sockets.get(0);
  }

  @Override
  void bindOne(int number, int port) {
    List<Reactor> all = reactors.reactors();
    // Ports begin on different loops; the sockets of one are read by different ones.
    Reactor reactor = all.get((spec.index() + number) % all.size());
    Transport.DatagramChannels made = datagramChannel();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(reactor.loop())
            .channelFactory(made::channel)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(PipelineSlots.DATAGRAMS, handler(channel, reactor));
                  }
                })
            .option(ChannelOption.AUTO_READ, false)
            // One byte more than is taken: the kernel cuts a longer one off without a word.
            .option(
                ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_RECEIVED + 1));
    spec.options().apply(bootstrap, transport, spec.type().isUnix());
    Channel channel = bound(bootstrap, port);
    sockets.add(
        made.java() == null
            ? DatagramSocket.of((Socket) ((UnixChannel) channel).fd())
            : DatagramSocket.of(made.java()));
  }

  private Transport.DatagramChannels datagramChannel() {
    try {
      return transport.datagramChannel(spec);
    } catch (ChannelException e) {
      throw new PortBindException(spec.host(), spec.port(), e);
    }
  }

  private DatagramHandler handler(Channel channel, Reactor reactor) {
    DatagramHandler handler = new DatagramHandler(this, reactor, channel);
    handlers.add(handler);
    return handler;
  }

  @Override
  public void open() {
    handlers.forEach(DatagramHandler::open);
  }

  @Override
  public void stop(long nanos) {
    handlers.forEach(DatagramHandler::stop);
  }

  @Override
  public void close(long nanos) {
    out = null;
    sockets.forEach(DatagramSocket::close);
    super.close(nanos);
  }

  /**
   * Sends a datagram at once.
   *
   * @param data at most {@link #MAX_SENT} bytes
   * @param to where to
   * @return 0, or why not: an {@link ErrorCode}'s number or the operating system's
   */
  public int send(byte[] data, InetSocketAddress to) {
    DatagramSocket socket = out;
    return socket == null
        ? ErrorCode.OPERATION_NOT_SUPPORTED.code()
        : counted(data, socket.send(data, to));
  }

  /**
   * Sends a datagram to a Unix socket at once.
   *
   * @param data at most {@link #MAX_SENT} bytes
   * @param path where to
   * @return as {@link #send(byte[], InetSocketAddress)}
   */
  public int send(byte[] data, String path) {
    DatagramSocket socket = out;
    return socket == null
        ? ErrorCode.OPERATION_NOT_SUPPORTED.code()
        : counted(data, socket.send(data, path));
  }

  private int counted(byte[] data, int result) {
    if (result == 0) {
      inbound.counters().sentDatagrams.increment();
      inbound.counters().sentDatagramBytes.add(data.length);
    }
    return result;
  }
}
