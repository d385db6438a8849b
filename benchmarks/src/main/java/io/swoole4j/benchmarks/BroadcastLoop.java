// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The load of broadcasts: one connection asks for one, and when every connection has got its
 * message, for the next. Each message counts with the time that its whole broadcast took.
 *
 * <p>Opened by the main thread, then owned by the thread that calls it.
 */
final class BroadcastLoop implements Callable<LoadLoop.Result>, AutoCloseable {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  /** How far one connection is. */
  private static final class Listener {
    final SocketChannel channel;
    final ByteBuffer view;
    int place;

    Listener(SocketChannel channel, ByteBuffer view) {
      this.channel = channel;
      this.view = view;
    }
  }

  private final Selector selector;
  private final Traffic traffic;
  private final List<Listener> listeners = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(FramePattern.WINDOW_BYTES);
  private final LatencyHistogram latencies = new LatencyHistogram();

  private LoadTimes times = new LoadTimes(0, 0, 0);
  private long missing;
  private long failed;
  private long mismatched;

  private BroadcastLoop(Selector selector, Traffic traffic) {
    this.selector = selector;
    this.traffic = traffic;
  }

  /** Opens all connections. */
  static BroadcastLoop open(InetSocketAddress address, Traffic traffic, int connections)
      throws IOException {
    BroadcastLoop loop = new BroadcastLoop(Selector.open(), traffic);
    try {
      for (int i = 0; i < connections; i++) {
        loop.add(address);
      }
    } catch (IOException e) {
      loop.close();
      throw e;
    }
    return loop;
  }

  private void add(InetSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    Listener listener = new Listener(channel, traffic.replies().view());
    listeners.add(listener);
    WebSocketTraffic.handshake(channel);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, listener);
  }

  void schedule(LoadTimes schedule) {
    times = schedule;
  }

  @Override
  public LoadLoop.Result call() throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpuBefore = 0;
    boolean measuring = false;
    long now = System.nanoTime();
    while (now - times.end() < 0 && failed + mismatched == 0) {
      if (!measuring && times.isMeasured(now)) {
        measuring = true;
        cpuBefore = threads.getCurrentThreadCpuTime();
      }
      long begun = now;
      broadcast();
      now = System.nanoTime();
      if (measuring && times.isMeasured(now)) {
        latencies.add(now - begun, listeners.size());
      }
    }
    return new LoadLoop.Result(
        latencies, failed, mismatched, threads.getCurrentThreadCpuTime() - cpuBefore);
  }

  private void broadcast() throws IOException {
    missing = (long) listeners.size() * traffic.replies().frameBytes();
    ByteBuffer ask =
        FramePattern.window(traffic.requests().view(), 0, traffic.requests().frameBytes());
    while (ask.hasRemaining()) {
      listeners.get(0).channel.write(ask);
    }
    long limit = System.nanoTime() + PATIENCE_NANOS;
    while (missing > 0 && failed + mismatched == 0) {
      long left = limit - System.nanoTime();
      if (left <= 0) {
        failed++;
        System.err.println("broadcast given up: " + missing + " bytes missing");
        return;
      }
      selector.select(this::onReady, left / NANOS_PER_MILLI + 1);
    }
  }

  private void onReady(SelectionKey key) {
    Listener listener = (Listener) key.attachment();
    try {
      int count = listener.channel.read(buffer.clear());
      if (count < 0) {
        throw new IOException("closed by the server");
      }
      if (!traffic.replies().matches(buffer.flip(), listener.view, listener.place)) {
        mismatched++;
      }
      listener.place = (listener.place + count) % traffic.replies().cycleBytes();
      missing -= count;
    } catch (IOException e) {
      failed++;
      System.err.println("connection given up: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Listener listener : listeners) {
      listener.channel.close();
    }
    selector.close();
  }
}
