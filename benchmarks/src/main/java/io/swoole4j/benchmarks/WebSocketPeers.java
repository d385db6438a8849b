// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** WebSocket connections that send nothing and read nothing, until they are closed together. */
final class WebSocketPeers implements AutoCloseable {
  private static final int SMALL_BUFFER = 4096;

  private final List<SocketChannel> channels = new ArrayList<>();

  private WebSocketPeers() {}

  /**
   * Opens connections to a port of the loopback address.
   *
   * @param first what each sends at first, empty for nothing
   */
  static WebSocketPeers open(int port, int count, String first) throws IOException {
    WebSocketPeers peers = new WebSocketPeers();
    try {
      for (int i = 0; i < count; i++) {
        peers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), first);
      }
    } catch (IOException e) {
      peers.close();
      throw e;
    }
    return peers;
  }

  int count() {
    return channels.size();
  }

  private void add(InetSocketAddress address, String first) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channels.add(channel);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
    channel.connect(address);
    WebSocketTraffic.handshake(channel);
    if (!first.isEmpty()) {
      ByteBuffer frame = ByteBuffer.wrap(WebSocketTraffic.masked(first));
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
