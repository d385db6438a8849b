// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.util.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares servers round by round: every server in turn gets a fresh JVM, the same warm-up and the
 * same load, and its results are set against those of bare Netty in the same round.
 */
final class Comparison implements AutoCloseable {
  private final ComparisonOptions options;
  private final Watchdog watchdog = new Watchdog();
  private final LoadRunner runner;
  private final Map<ServerKind, Profile> profiles = new EnumMap<>(ServerKind.class);
  private final @Nullable Path recordings;
  private boolean clean = true;

  Comparison(ComparisonOptions options) throws IOException {
    this.options = options;
    this.runner = new LoadRunner(options.loadClient(), watchdog);
    this.recordings = options.profile() ? Files.createTempDirectory("swoole4j-profile") : null;
  }

  /** Runs all loads and prints a table for each; true when every reply of every run was right. */
  boolean run() throws IOException, InterruptedException {
    System.out.println(head());
    for (LoadSettings load : options.loads()) {
      System.out.println(load.label());
      ComparisonReport report = new ComparisonReport();
      for (int round = 1; round <= options.rounds(); round++) {
        for (ServerKind server : options.servers()) {
          ComparisonReport.Sample sample = measure(server, load, round);
          report.add(server, sample);
          System.out.printf(Locale.ROOT, "  round %d %-8s%s%n", round, server.label(), sample);
        }
      }
      System.out.println();
      System.out.println(report.table() + report.warnings());
      printProfiles(load);
    }
    if (options.idle() > 0) {
      new IdleMemory(options, watchdog).run();
    }
    return clean;
  }

  private ComparisonReport.Sample measure(ServerKind kind, LoadSettings settings, int round)
      throws IOException, InterruptedException {
    int stalled = settings.workload() == Workload.STALLED ? options.stalled() : 0;
    try (ServerProcess server = ServerProcess.start(kind, settings, options, watchdog);
        WebSocketPeers peers =
            WebSocketPeers.open(server.port(), stalled, WebSocketTraffic.STALL)) {
      CpuMeter cpu = new CpuMeter(server.handle());
      LoadReport load;
      if (recordings == null) {
        load = runner.run(server.port(), settings, cpu);
      } else {
        ServerProfiler profiler = ServerProfiler.attach(server);
        load = runner.run(server.port(), settings, both(cpu, profiler));
        String name = kind.label() + "-" + settings.fileName() + "-round" + round + ".jfr";
        profiler.finish(
            recordings.resolve(name), profiles.computeIfAbsent(kind, key -> new Profile()));
      }
      if (peers.count() != stalled || !load.isClean()) {
        clean = false;
        System.out.println(
            "  failed: " + load.failed() + " connections, " + load.mismatched() + " wrong replies");
      }
      return new ComparisonReport.Sample(
          load,
          cpu.microsPerMessage(load.messagesPerSecond()),
          cpu.othersProcessors(load.generatorCpu() * settings.threads()));
    }
  }

  private static Meter both(Meter first, Meter second) {
    return new Meter() {
      @Override
      public void start() throws IOException {
        first.start();
        second.start();
      }

      @Override
      public void stop() throws IOException {
        first.stop();
        second.stop();
      }
    };
  }

  private void printProfiles(LoadSettings load) {
    profiles.forEach(
        (kind, profile) ->
            System.out.println(
                "profile of " + kind.label() + ", " + load.label() + "\n" + profile.summary()));
    profiles.clear();
    if (recordings != null) {
      System.out.println("recordings: " + recordings + "\n");
    }
  }

  private String head() {
    LoadSettings load = options.loads().get(0);
    return String.format(
        Locale.ROOT,
        """
        %s
          %d connections, %d loop(s), %d rounds of %s s after %s s of warm-up
          servers %s with %s; load client: %s, %d thread(s)
          JDK %s, Netty %s, %s %s, %d processors
        """,
        options.loads().stream().map(LoadSettings::label).toList(),
        load.connections(),
        options.loops(),
        options.rounds(),
        load.measuredSeconds(),
        load.warmupSeconds(),
        options.servers().stream().map(ServerKind::label).toList(),
        options.jvmOptions(),
        options.loadClient().isEmpty() ? "built in" : "external",
        load.threads(),
        Runtime.version(),
        Version.identify().values().stream().map(Version::artifactVersion).findFirst().orElse("?"),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        Runtime.getRuntime().availableProcessors());
  }

  @Override
  public void close() {
    watchdog.close();
  }
}
