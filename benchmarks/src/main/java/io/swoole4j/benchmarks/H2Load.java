// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs h2load, the load client of nghttp2, and reads what it prints for people. */
final class H2Load {
  private static final String PROGRAM = "h2load";
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final String BEGUN = "Main benchmark duration is started";
  private static final String OVER = "Main benchmark duration is over";
  private static final Pattern RATE = Pattern.compile("finished in .*, ([0-9.]+) req/s");
  private static final Pattern REQUESTS =
      Pattern.compile("requests: .* ([0-9]+) failed, ([0-9]+) errored, ([0-9]+) timeout");
  private static final Pattern STATUS =
      Pattern.compile("status codes: [0-9]+ 2xx, ([0-9]+) 3xx, ([0-9]+) 4xx, ([0-9]+) 5xx");
  private static final Pattern LONGEST =
      Pattern.compile("time for request: +\\S+ +([0-9.]+)(us|ms|s) ");

  private final Watchdog watchdog;

  H2Load(Watchdog watchdog) {
    this.watchdog = watchdog;
  }

  static boolean isInstalled() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(PROGRAM, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Drives a server once.
   *
   * @param meter started and stopped around the measured time
   */
  LoadReport run(int port, LoadSettings load, Meter meter)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(port, load))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    CpuMeter own = new CpuMeter(process.toHandle());
    Duration limit =
        GRACE.plusMillis((long) ((load.warmupSeconds() + load.measuredSeconds()) * 1e3));
    Watchdog.Watch watch = watchdog.watch(process, limit, PROGRAM);
    boolean begun = false;
    boolean over = false;
    StringBuilder output = new StringBuilder();
    try {
      BufferedReader lines = process.inputReader(UTF_8);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
        if (!begun && line.startsWith(BEGUN)) {
          begun = true;
          own.start();
          meter.start();
        } else if (!over && line.startsWith(OVER)) {
          over = true;
          meter.stop();
          own.stop();
        }
      }
      int exit = process.waitFor();
      if (exit != 0 || !over) {
        throw new IOException(PROGRAM + ": exit status " + exit + ": " + output);
      }
    } finally {
      watch.callOff();
      process.destroyForcibly();
    }
    return parse(output.toString(), own.processors() / load.threads());
  }

  private static List<String> command(int port, LoadSettings load) {
    return List.of(
        PROGRAM,
        "--clients=" + load.connections(),
        "--threads=" + load.threads(),
        "--max-concurrent-streams=" + load.depth(),
        "--warm-up-time=" + seconds(load.warmupSeconds()),
        "--duration=" + seconds(load.measuredSeconds()),
        "http://127.0.0.1:" + port + "/plaintext");
  }

  /** The program takes whole seconds, and measures nothing without some of them. */
  private static String seconds(double seconds) {
    return String.valueOf(Math.max(1, Math.round(seconds)));
  }

  /**
   * Reads the summary; the points of the distribution of latencies are not in it, but for the
   * greatest.
   *
   * @param output what was printed
   * @param generatorCpu processors used per thread
   */
  static LoadReport parse(String output, double generatorCpu) {
    Matcher rate = find(RATE, output);
    Matcher requests = find(REQUESTS, output);
    Matcher status = find(STATUS, output);
    Matcher longest = find(LONGEST, output);
    double unit =
        switch (longest.group(2)) {
          case "us" -> 1;
          case "ms" -> 1e3;
          default -> 1e6;
        };
    double none = Double.NaN;
    return new LoadReport(
        Double.parseDouble(rate.group(1)),
        new LoadReport.Latency(none, none, none, none, Double.parseDouble(longest.group(1)) * unit),
        sum(requests),
        sum(status),
        generatorCpu);
  }

  private static Matcher find(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%s printed %s (expected: %s)", PROGRAM, output, pattern.pattern()));
    }
    return matcher;
  }

  private static long sum(Matcher numbers) {
    long sum = 0;
    for (int i = 1; i <= numbers.groupCount(); i++) {
      sum += Long.parseLong(numbers.group(i));
    }
    return sum;
  }
}
