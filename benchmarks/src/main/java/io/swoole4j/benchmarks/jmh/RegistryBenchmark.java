// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks.jmh;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of finding and listing sessions among few and many idle connections, in nanoseconds per
 * call, as a handler sees it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RegistryBenchmark {

  private static final int CONNECT_SECONDS = 30;
  private static final int PAGE = 100;

  /** How many connections are open. */
  @Param({"16", "400"})
  public int connections;

  private final List<SocketChannel> clients = new ArrayList<>();
  private Server server;
  private long fd;

  /** Starts a server and connects to it. */
  @Setup
  public void setUp() throws IOException, InterruptedException {
    Semaphore connected = new Semaphore(0);
    server = new Server("127.0.0.1", 0);
    server.on(Event.CONNECT, (s, id, reactorId) -> connected.release());
    server.on(Event.RECEIVE, (s, id, reactorId, data) -> {});
    server.startAsync();
    for (int i = 0; i < connections; i++) {
      clients.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", server.getPort())));
    }
    if (!connected.tryAcquire(connections, CONNECT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("connections: too slow (expected: " + connections + ")");
    }
  }

  /** Ends the clients and the server. */
  @TearDown
  public void tearDown() throws IOException, InterruptedException {
    for (SocketChannel client : clients) {
      client.close();
    }
    clients.clear();
    server.shutdown();
    if (!server.awaitTermination(Duration.ofSeconds(CONNECT_SECONDS))) {
      throw new IllegalStateException("server: " + server.state() + " (expected: TERMINATED)");
    }
  }

  /** A look-up of the next session, as every send begins with. */
  @Benchmark
  public boolean find() {
    fd = fd == connections ? 1 : fd + 1;
    return server.exist(fd);
  }

  /** A look-up of a session that is gone or never was. */
  @Benchmark
  public boolean miss() {
    return server.exist(Long.MAX_VALUE);
  }

  /** A page of sessions in order, as a broadcast begins with. */
  @Benchmark
  public List<Long> page() {
    return server.getClientList(0, PAGE);
  }

  /** The number of open connections, which is counted when asked for. */
  @Benchmark
  public int count() {
    return server.connections().size();
  }
}
