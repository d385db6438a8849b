// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection of the load client, which keeps a fixed number of requests outstanding.
 *
 * <p>Owned by the thread of its {@link LoadLoop}.
 */
final class LoadConnection {
  private static final int CONNECT_MILLIS = 10_000;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final FramePattern requests;
  private final FramePattern replies;
  private final ByteBuffer requestView;
  private final ByteBuffer replyView;

  private int sendPlace;
  private int replyPlace;
  private long unsentBytes;

  // Requests queued at the same time form one run; runs are a ring in order of sending.
  private final long[] runTimes;
  private final int[] runCounts;
  private int firstRun;
  private int runs;
  private int outstanding;

  private LoadConnection(
      SocketChannel channel, Selector selector, Traffic traffic, int number, int depth)
      throws IOException {
    this.channel = channel;
    this.requests = traffic.requests();
    this.replies = traffic.replies();
    this.requestView = requests.view();
    this.replyView = replies.view();
    this.sendPlace = requests.startOf(number);
    this.replyPlace = replies.startOf(number);
    this.runTimes = new long[depth];
    this.runCounts = new int[depth];
    this.key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /**
   * Connects within ten seconds.
   *
   * @param number place among all connections, from 0
   */
  static LoadConnection open(
      InetSocketAddress address, Selector selector, Traffic traffic, int number, int depth)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(address, CONNECT_MILLIS);
      if (traffic.webSocket()) {
        WebSocketTraffic.handshake(channel);
      }
      channel.configureBlocking(false);
      return new LoadConnection(channel, selector, traffic, number, depth);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Queues requests and writes what the socket takes. */
  void send(int count, long now) throws IOException {
    int run = (firstRun + runs) % runTimes.length;
    runTimes[run] = now;
    runCounts[run] = count;
    runs++;
    outstanding += count;
    unsentBytes += (long) count * requests.frameBytes();
    flush();
  }

  /** Writes what is queued, and asks for writability while the socket takes no more. */
  void flush() throws IOException {
    boolean blocked = false;
    while (unsentBytes > 0 && !blocked) {
      int count = (int) Math.min(unsentBytes, FramePattern.WINDOW_BYTES);
      int written = channel.write(FramePattern.window(requestView, sendPlace, count));
      unsentBytes -= written;
      sendPlace = (sendPlace + written) % requests.cycleBytes();
      blocked = written < count;
    }
    int interest = blocked ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  /**
   * Reads once and checks what came.
   *
   * @param buffer scratch space, at most {@link FramePattern#WINDOW_BYTES} long
   * @return replies completed, to be taken with {@link #settle}
   * @throws WrongReplyException when the bytes are not those expected
   * @throws IOException when the connection failed or the server closed it
   */
  int receive(ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer.clear());
    if (count < 0) {
      throw new IOException("closed by the server");
    }
    if (!replies.matches(buffer.flip(), replyView, replyPlace)) {
      throw new WrongReplyException("reply differs from the one expected");
    }
    int complete = (replyPlace % replies.frameBytes() + count) / replies.frameBytes();
    if (complete > outstanding) {
      throw new WrongReplyException("more replies than requests");
    }
    replyPlace = (replyPlace + count) % replies.cycleBytes();
    return complete;
  }

  /** Takes completed replies off the outstanding requests and counts their latencies. */
  void settle(int complete, long now, LatencyHistogram latencies, boolean measured) {
    outstanding -= complete;
    for (int left = complete; left > 0; ) {
      int taken = Math.min(left, runCounts[firstRun]);
      if (measured) {
        latencies.add(now - runTimes[firstRun], taken);
      }
      runCounts[firstRun] -= taken;
      left -= taken;
      if (runCounts[firstRun] == 0) {
        firstRun = (firstRun + 1) % runTimes.length;
        runs--;
      }
    }
  }

  /** Whether the connection is open and some reply has not come yet. */
  boolean isWaiting() {
    return channel.isOpen() && outstanding > 0;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      System.err.println("close failed: " + e);
    }
  }

  /** Tells that a server answered with bytes other than those it was sent. */
  static final class WrongReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongReplyException(String message) {
      super(message);
    }
  }
}
