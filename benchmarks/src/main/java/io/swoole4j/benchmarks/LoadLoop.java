// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * One thread of the load client: keeps its connections busy until the time is over.
 *
 * <p>Opened by the main thread, then owned by the thread that calls it.
 */
final class LoadLoop implements Callable<LoadLoop.Result>, AutoCloseable {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long DRAIN_NANOS = 20_000_000_000L;
  private static final long DRAIN_STEP_MILLIS = 100;

  private final Selector selector;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(FramePattern.WINDOW_BYTES);
  private final LatencyHistogram latencies = new LatencyHistogram();
  private final int depth;

  private LoadTimes times = new LoadTimes(0, 0, 0);
  private long now;
  private int alive;
  private long failed;
  private long mismatched;

  private LoadLoop(Selector selector, int depth) {
    this.selector = selector;
    this.depth = depth;
  }

  /**
   * Opens the connections of one thread.
   *
   * @param first number of its first connection; the others follow in steps of the thread count
   */
  static LoadLoop open(InetSocketAddress address, Traffic traffic, LoadSettings settings, int first)
      throws IOException {
    LoadLoop loop = new LoadLoop(Selector.open(), settings.depth());
    try {
      for (int i = first; i < settings.connections(); i += settings.threads()) {
        loop.connections.add(
            LoadConnection.open(address, loop.selector, traffic, i, settings.depth()));
      }
    } catch (IOException e) {
      loop.close();
      throw e;
    }
    loop.alive = loop.connections.size();
    return loop;
  }

  void schedule(LoadTimes schedule) {
    times = schedule;
  }

  @Override
  public Result call() throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    now = System.nanoTime();
    for (LoadConnection connection : connections) {
      try {
        connection.send(depth, now);
      } catch (IOException e) {
        giveUp(connection, e);
      }
    }
    runUntil(times.measureFrom());
    long cpuBefore = threads.getCurrentThreadCpuTime();
    runUntil(times.end());
    long cpuNanos = threads.getCurrentThreadCpuTime() - cpuBefore;
    drain();
    return new Result(latencies, failed, mismatched, cpuNanos);
  }

  private void runUntil(long end) throws IOException {
    for (now = System.nanoTime(); now - end < 0 && alive > 0; now = System.nanoTime()) {
      selector.select(this::onReady, (end - now) / NANOS_PER_MILLI + 1);
    }
  }

  /** Takes the last replies, so that one the server lost is noticed. */
  private void drain() throws IOException {
    long limit = times.end() + DRAIN_NANOS;
    for (LoadConnection connection : connections) {
      while (connection.isWaiting() && System.nanoTime() - limit < 0) {
        selector.select(this::onReady, DRAIN_STEP_MILLIS);
      }
      if (connection.isWaiting()) {
        giveUp(connection, new IOException("no reply"));
      }
    }
  }

  private void onReady(SelectionKey key) {
    LoadConnection connection = (LoadConnection) key.attachment();
    try {
      if (key.isWritable()) {
        connection.flush();
      }
      if (key.isReadable()) {
        onReadable(connection);
      }
    } catch (IOException e) {
      giveUp(connection, e);
    }
  }

  private void onReadable(LoadConnection connection) throws IOException {
    int complete = connection.receive(buffer);
    now = System.nanoTime();
    if (complete > 0) {
      connection.settle(complete, now, latencies, times.isMeasured(now));
      if (now - times.end() < 0) {
        connection.send(complete, now);
      }
    }
  }

  private void giveUp(LoadConnection connection, IOException cause) {
    if (cause instanceof LoadConnection.WrongReplyException) {
      mismatched++;
    } else {
      failed++;
    }
    System.err.println("connection given up: " + cause);
    alive--;
    connection.close();
  }

  @Override
  public void close() throws IOException {
    connections.forEach(LoadConnection::close);
    selector.close();
  }

  /** What a thread saw: latencies, connections lost, wrong replies and its own processor time. */
  record Result(LatencyHistogram latencies, long failed, long mismatched, long cpuNanos) {}
}
