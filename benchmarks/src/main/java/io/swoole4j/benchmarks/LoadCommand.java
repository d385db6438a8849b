// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The load client's process: a closed loop of requests over many connections.
 *
 * <p>Prints {@code MEASURING} and {@code MEASURED} when the measured time begins and ends, then a
 * {@link LoadReport} as one line of JSON.
 */
final class LoadCommand {
  static final String MEASURING = "MEASURING";
  static final String MEASURED = "MEASURED";

  static final String USAGE =
      """
      load options:  --port N  --workload NAME (echo), see serve  --connections N (64)
                     --payload BYTES (64; of the file)  --depth N (1)  --threads N (1)
                     --warmup S (1)  --seconds S (3)
      """;

  private static final Set<String> NAMES =
      Set.of("port", "workload", "connections", "payload", "depth", "threads", "warmup", "seconds");
  private static final double NANOS_PER_SECOND = 1e9;

  private LoadCommand() {}

  /** Runs a load on the loopback address; true when every reply was right. */
  static boolean run(List<String> words)
      throws IOException, InterruptedException, ExecutionException {
    Arguments arguments = Arguments.parse(words, NAMES, Set.of());
    int connections = arguments.integer("connections", 64, 1, 1_000_000);
    LoadSettings settings =
        new LoadSettings(
            Workload.of(arguments.text("workload", "echo")),
            connections,
            arguments.integer("payload", 64, 0, 64 << 20),
            arguments.integer("depth", 1, 1, 1 << 16),
            Math.min(connections, arguments.integer("threads", 1, 1, 256)),
            arguments.seconds("warmup", 1, 0, 3600),
            arguments.seconds("seconds", 3, 0.1, 3600));
    int port = Arguments.integerOf("port", arguments.text("port", "none"), 1, 65_535);
    LoadReport report =
        drive(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), settings);
    System.out.println(report.toJson());
    return report.isClean();
  }

  static Traffic traffic(InetSocketAddress address, LoadSettings settings) throws IOException {
    return switch (settings.workload()) {
      case ECHO -> Traffic.echo(settings.payload());
      case PLAINTEXT, FILE -> HttpTraffic.probe(address, settings.workload(), settings.payload());
      case HTTP2, HTTP2_FRAMES ->
          throw new UsageException("workload: http2 (expected: another one, h2load drives it)");
      case WEBSOCKET, STALLED -> WebSocketTraffic.echo(settings.payload());
      case BROADCAST -> WebSocketTraffic.broadcast(settings.payload());
    };
  }

  private static LoadReport drive(InetSocketAddress address, LoadSettings settings)
      throws IOException, InterruptedException, ExecutionException {
    Traffic traffic = traffic(address, settings);
    return settings.workload() == Workload.BROADCAST
        ? broadcast(address, traffic, settings)
        : requests(address, traffic, settings);
  }

  private static LoadReport requests(
      InetSocketAddress address, Traffic traffic, LoadSettings settings)
      throws IOException, InterruptedException, ExecutionException {
    List<LoadLoop> loops = new ArrayList<>();
    try {
      for (int i = 0; i < settings.threads(); i++) {
        loops.add(LoadLoop.open(address, traffic, settings, i));
      }
      LoadTimes times = LoadTimes.from(System.nanoTime(), settings);
      loops.forEach(loop -> loop.schedule(times));
      return run(loops, times, settings);
    } finally {
      for (LoadLoop loop : loops) {
        loop.close();
      }
    }
  }

  private static LoadReport broadcast(
      InetSocketAddress address, Traffic traffic, LoadSettings settings)
      throws IOException, InterruptedException, ExecutionException {
    try (BroadcastLoop loop = BroadcastLoop.open(address, traffic, settings.connections())) {
      LoadTimes times = LoadTimes.from(System.nanoTime(), settings);
      loop.schedule(times);
      return run(List.of(loop), times, settings);
    }
  }

  private static LoadReport run(
      List<? extends Callable<LoadLoop.Result>> loops, LoadTimes times, LoadSettings settings)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(loops.size());
    try {
      List<Future<LoadLoop.Result>> results = new ArrayList<>();
      for (Callable<LoadLoop.Result> loop : loops) {
        results.add(threads.submit(loop));
      }
      threads.shutdown();
      announce(MEASURING, times.measureFrom(), threads);
      announce(MEASURED, times.end(), threads);
      return report(results, settings);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Prints a line when its time has come, or at once when no connection is left. */
  private static void announce(String line, long time, ExecutorService threads)
      throws InterruptedException {
    while (System.nanoTime() - time < 0 && !threads.isTerminated()) {
      threads.awaitTermination(time - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    System.out.println(line);
  }

  private static LoadReport report(List<Future<LoadLoop.Result>> results, LoadSettings settings)
      throws InterruptedException, ExecutionException {
    LatencyHistogram latencies = new LatencyHistogram();
    long failed = 0;
    long mismatched = 0;
    long cpuNanos = 0;
    for (Future<LoadLoop.Result> future : results) {
      LoadLoop.Result result = future.get();
      latencies.merge(result.latencies());
      failed += result.failed();
      mismatched += result.mismatched();
      cpuNanos += result.cpuNanos();
    }
    double seconds = settings.measuredSeconds();
    return new LoadReport(
        latencies.count() / seconds,
        LoadReport.Latency.of(latencies),
        failed,
        mismatched,
        cpuNanos / NANOS_PER_SECOND / seconds / settings.threads());
  }
}
