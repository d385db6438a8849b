// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The entry of the benchmarks' jar: runs one of them, or lists them when none is named. */
public final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final String USAGE =
      """
      usage: java -jar swoole4j-benchmarks.jar COMMAND [options]
        echo       bare Netty, swoole4j BASE and swoole4j PROCESS under the same load, with ratios;
                   may be left out before options
        http       the same for HTTP/1.1: a short text, and a file
        http2      the same for HTTP/2: a short text; the load client is h2load of nghttp2
        websocket  the same for WebSocket: an echo, one beside clients that do not read, broadcasts,
                   and the memory of connections that do nothing
        process    child processes: their start, and what goes through pipes and queues
        jmh        JMH benchmarks of inner pieces; options are those of JMH
        serve      one server alone, until its standard input ends
        load       the load client alone, against a server on the loopback address
      exit status: 0; 1 when something failed or a reply was wrong; 2 when misused
      """;

  private Main() {}

  /**
   * Runs a benchmark and ends the JVM: with status 0; with 1 when a connection failed, a reply was
   * wrong or a benchmark could not be run; with 2 when the command line is not understood.
   *
   * @param arguments command and options; none print the usage and the list of benchmarks
   */
  public static void main(String[] arguments) {
    int status;
    try {
      status = run(List.of(arguments));
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      status = MISUSED;
    } catch (Exception e) {
      e.printStackTrace();
      status = FAILED;
    }
    System.exit(status);
  }

  private static int run(List<String> words) throws Exception {
    if (words.isEmpty()) {
      System.out.print(usage());
      return OK;
    }
    boolean command = !words.get(0).startsWith("--");
    List<String> options = command ? words.subList(1, words.size()) : words;
    return switch (command ? words.get(0) : "echo") {
      case "echo" -> compare(ComparisonOptions.parse(options));
      case "http" -> compare(ComparisonOptions.parseHttp(options));
      case "http2" -> http2(ComparisonOptions.parseHttp2(options));
      case "websocket" -> compare(ComparisonOptions.parseWebSocket(options));
      case "process" -> process(options);
      case "jmh" -> jmh(options);
      case "serve" -> serve(options);
      case "load" -> load(options);
      default ->
          throw new UsageException(
              "command: "
                  + words.get(0)
                  + " (expected: one of [echo, http, http2, websocket, process, jmh, serve, load])");
    };
  }

  private static int compare(ComparisonOptions options) throws IOException, InterruptedException {
    try (Comparison benchmark = new Comparison(options)) {
      return benchmark.run() ? OK : FAILED;
    }
  }

  private static int http2(ComparisonOptions options) throws IOException, InterruptedException {
    if (!H2Load.isInstalled()) {
      System.err.println("h2load is not installed (nghttp2-client on Debian): nothing is measured");
      return OK;
    }
    return compare(options);
  }

  private static int process(List<String> options) {
    System.out.print(ProcessCommand.run(options));
    return OK;
  }

  private static int jmh(List<String> options) throws IOException {
    org.openjdk.jmh.Main.main(options.toArray(String[]::new));
    return OK;
  }

  private static int serve(List<String> options) throws IOException, InterruptedException {
    ServeCommand.run(options);
    return OK;
  }

  private static int load(List<String> options)
      throws IOException, InterruptedException, ExecutionException {
    return LoadCommand.run(options) ? OK : FAILED;
  }

  private static String usage() {
    List<String> benchmarks = new ArrayList<>();
    if (Main.class.getResource(BenchmarkList.BENCHMARK_LIST) != null) {
      OutputFormat quiet = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
      for (BenchmarkListEntry entry :
          BenchmarkList.defaultList().find(quiet, List.of(".*"), List.of())) {
        benchmarks.add("  " + entry.getUsername() + "\n");
      }
    }
    return USAGE
        + "\n"
        + ComparisonOptions.USAGE
        + "\n"
        + ProcessCommand.USAGE
        + ServeCommand.USAGE
        + LoadCommand.USAGE
        + "\njmh benchmarks:\n"
        + String.join("", benchmarks);
  }
}
