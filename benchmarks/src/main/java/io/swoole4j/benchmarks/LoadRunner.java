// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs a load client, its own or an external one, as a process and reads its report. */
final class LoadRunner {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final String HOST = "127.0.0.1";
  private static final String EXTERNAL_ARGUMENTS =
      " -t {threads} -c {connections} -p {depth} -s {payload} -d {seconds} -w {warmup} -j"
          + " {host}:{port}";
  private static final double EDGE = 0.1;

  private final String externalClient;
  private final Watchdog watchdog;

  /**
   * Chooses the client.
   *
   * @param externalClient command of an external client, empty for the one of this program
   */
  LoadRunner(String externalClient, Watchdog watchdog) {
    this.externalClient = externalClient;
    this.watchdog = watchdog;
  }

  /**
   * Drives a server once.
   *
   * @param meter started and stopped around the measured time
   */
  LoadReport run(int port, LoadSettings load, Meter meter)
      throws IOException, InterruptedException {
    if (load.workload().isHttp2()) {
      return new H2Load(watchdog).run(port, load, meter);
    }
    return externalClient.isEmpty()
        ? read(ownCommand(port, load), load, meter)
        : runExternal(port, load, meter);
  }

  /** An external client does not tell when it measures, so the meter goes by the clock. */
  private LoadReport runExternal(int port, LoadSettings load, Meter meter)
      throws IOException, InterruptedException {
    double edge = EDGE * load.measuredSeconds();
    long start = millis(load.warmupSeconds() + edge);
    long stop = millis(load.warmupSeconds() + load.measuredSeconds() - edge);
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(2);
    List<Future<?>> marks =
        List.of(
            timer.schedule(start(meter), start, TimeUnit.MILLISECONDS),
            timer.schedule(stop(meter), stop, TimeUnit.MILLISECONDS));
    try {
      return read(externalCommand(externalClient, port, load), load, meter);
    } finally {
      marks.forEach(mark -> mark.cancel(false));
      timer.shutdown();
    }
  }

  private static Callable<Boolean> start(Meter meter) {
    return () -> {
      meter.start();
      return true;
    };
  }

  private static Callable<Boolean> stop(Meter meter) {
    return () -> {
      meter.stop();
      return true;
    };
  }

  private LoadReport read(List<String> command, LoadSettings load, Meter meter)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    Duration limit = GRACE.plusMillis(millis(load.warmupSeconds() + load.measuredSeconds()));
    Watchdog.Watch watch = watchdog.watch(process, limit, "load client");
    try {
      String report = "";
      BufferedReader output = process.inputReader(UTF_8);
      for (String line; (line = output.readLine()) != null; ) {
        if (line.equals(LoadCommand.MEASURING)) {
          meter.start();
        } else if (line.equals(LoadCommand.MEASURED)) {
          meter.stop();
        } else if (line.startsWith("{")) {
          report = line;
        }
      }
      int exit = process.waitFor();
      if (report.isEmpty()) {
        throw new IOException("load client: no report, exit status " + exit);
      }
      return LoadReport.parse(report);
    } finally {
      watch.callOff();
      process.destroyForcibly();
    }
  }

  private static List<String> ownCommand(int port, LoadSettings load) {
    Map<String, String> options = values(port, load);
    List<String> arguments = new ArrayList<>(List.of("load"));
    options.forEach(
        (name, value) -> {
          if (!name.equals("host")) {
            arguments.add("--" + name);
            arguments.add(value);
          }
        });
    return JavaProcess.command(List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"), arguments);
  }

  /** Splits a command at blanks and fills its placeholders in. */
  static List<String> externalCommand(String client, int port, LoadSettings load) {
    List<String> command = new ArrayList<>();
    String template = client.contains("{") ? client : client + EXTERNAL_ARGUMENTS;
    for (String word : template.strip().split("\\s+", -1)) {
      String filled = word;
      for (Map.Entry<String, String> value : values(port, load).entrySet()) {
        filled = filled.replace("{" + value.getKey() + "}", value.getValue());
      }
      command.add(filled);
    }
    return command;
  }

  private static Map<String, String> values(int port, LoadSettings load) {
    return Map.of(
        "host", HOST,
        "workload", load.workload().label(),
        "port", String.valueOf(port),
        "connections", String.valueOf(load.connections()),
        "depth", String.valueOf(load.depth()),
        "payload", String.valueOf(load.payload()),
        "threads", String.valueOf(load.threads()),
        "warmup", String.valueOf(load.warmupSeconds()),
        "seconds", String.valueOf(load.measuredSeconds()));
  }

  private static long millis(double seconds) {
    return (long) (seconds * 1e3);
  }
}
