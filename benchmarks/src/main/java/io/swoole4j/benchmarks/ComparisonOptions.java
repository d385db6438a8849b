// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a comparison runs: which servers, under which loads, how often and for how long. */
record ComparisonOptions(
    List<ServerKind> servers,
    int loops,
    int rounds,
    List<LoadSettings> loads,
    String loadClient,
    List<String> jvmOptions,
    boolean profile,
    int stalled,
    int idle) {

  static final String USAGE =
      """
      echo, http, http2 and websocket options:
        --connections N        connections of the load client (64)
        --payload BYTES        echo: bytes after the 4-byte length header (64); websocket: of a text
        --file-bytes BYTES     http: size of the file (1048576), 0 for no file
        --file-warmup S        http: warm-up for the file (30): the compiler counts requests, of which
                               there are few
        --broadcast N          websocket: connections that get each broadcast (5000), 0 for none
        --broadcast-bytes N    websocket: its bytes (1024)
        --stalled N            websocket: connections that do not read while about 160 MB a second
                               are pushed at them, the others at depth 1 (300), 0 for none
        --idle N               websocket: connections whose memory is measured (5000), 0 for none
        --depths N,N,...       requests outstanding on each connection, one table each (echo:
                               1,16,64; http and websocket: 1,16, the file at 1 only;
                               http2: 32 streams)
        --rounds N             rounds; each measures every server once, in turn (5)
        --seconds S            measured time of one server in one round (3)
        --warmup S             warm-up before it, in the same server JVM (3)
        --loops N              event loops of every server, and workers in PROCESS mode
                               (half the processors, at least 1)
        --servers NAME,...     netty, base, process (all three); ratios need netty
        --client-threads N     threads of the load client (the number of loops)
        --load-client COMMAND  an external load client in place of the one built in; not for http2
        --jvm-options OPTIONS  options of every server JVM (-Xms512m -Xmx512m)
        --frames               http2: bare Netty with a frame listener, not a channel for each stream
        --profile              flight recording of every server; prints where its time went
                               (JDK 17's recorder misses most samples of Java code, 25's does not)

      An external load client is split at blanks and run with {host} {port} {workload} {connections}
      {depth} {payload} {seconds} {warmup} {threads} replaced; a COMMAND without any of these gets
        -t {threads} -c {connections} -p {depth} -s {payload} -d {seconds} -w {warmup}
        -j {host}:{port}
      It sends frames of a 4-byte big-endian length and that many bytes, expects each back as it
      was, and prints as its last line starting with a brace
        {"msgs_per_s":N,"latency_us":{"p50":N,"p90":N,"p99":N,"p999":N,"max":N},
         "failed":N,"mismatched":N,"generator_cpu":SHARE}
      in one line: connections that failed, wrong replies, processors used per thread from 0 to 1.
      """;

  private static final Set<String> NAMES =
      Set.of(
          "connections",
          "depths",
          "rounds",
          "seconds",
          "warmup",
          "loops",
          "servers",
          "client-threads",
          "load-client",
          "jvm-options");
  // Without these the recorder names the nearest safepoint instead of the method it hit.
  private static final List<String> PROFILING =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints");
  private static final int MAX_CONNECTIONS = 20_000;
  private static final int MANY = 5_000;
  private static final int MAX_PAYLOAD = 64 << 20;
  private static final int FILE_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 1 << 16;

  ComparisonOptions {
    servers = List.copyOf(servers);
    loads = List.copyOf(loads);
    jvmOptions = List.copyOf(jvmOptions);
  }

  /** The options of the echo benchmark. */
  static ComparisonOptions parse(List<String> words) {
    Arguments arguments = arguments(words, Set.of("payload"));
    List<LoadSettings> loads = new ArrayList<>();
    for (int depth : depths(arguments, "1,16,64")) {
      loads.add(
          load(arguments, Workload.ECHO, arguments.integer("payload", 64, 1, MAX_PAYLOAD), depth));
    }
    return of(arguments, loads, 0, 0);
  }

  /** The options of the HTTP benchmark. */
  static ComparisonOptions parseHttp(List<String> words) {
    Arguments arguments = arguments(words, Set.of("file-bytes", "file-warmup"));
    List<LoadSettings> loads = new ArrayList<>();
    for (int depth : depths(arguments, "1,16")) {
      loads.add(load(arguments, Workload.PLAINTEXT, 0, depth));
    }
    int fileBytes = arguments.integer("file-bytes", FILE_BYTES, 0, MAX_PAYLOAD);
    if (fileBytes > 0) {
      double warmup = arguments.seconds("file-warmup", 30, 0, 3600);
      loads.add(load(arguments, Workload.FILE, fileBytes, 1).withWarmup(warmup));
    }
    return of(arguments, loads, 0, 0);
  }

  /** The options of the benchmark of HTTP/2. */
  static ComparisonOptions parseHttp2(List<String> words) {
    Arguments arguments = Arguments.parse(words, NAMES, Set.of("profile", "frames"));
    List<LoadSettings> loads = new ArrayList<>();
    for (int depth : depths(arguments, "32")) {
      Workload workload = arguments.flag("frames") ? Workload.HTTP2_FRAMES : Workload.HTTP2;
      loads.add(load(arguments, workload, 0, depth));
    }
    return of(arguments, loads, 0, 0);
  }

  /** The options of the WebSocket benchmark. */
  static ComparisonOptions parseWebSocket(List<String> words) {
    Arguments arguments =
        arguments(words, Set.of("payload", "broadcast", "broadcast-bytes", "stalled", "idle"));
    int payload = arguments.integer("payload", 64, 1, MAX_PAYLOAD);
    List<LoadSettings> loads = new ArrayList<>();
    for (int depth : depths(arguments, "1,16")) {
      loads.add(load(arguments, Workload.WEBSOCKET, payload, depth));
    }
    int stalled = arguments.integer("stalled", 300, 0, MAX_CONNECTIONS);
    if (stalled > 0) {
      loads.add(load(arguments, Workload.STALLED, payload, 1));
    }
    int listeners = arguments.integer("broadcast", MANY, 0, MAX_CONNECTIONS);
    if (listeners > 0) {
      int bytes = arguments.integer("broadcast-bytes", 1024, 1, MAX_PAYLOAD);
      loads.add(load(arguments, Workload.BROADCAST, bytes, 1).withConnections(listeners));
    }
    return of(arguments, loads, stalled, arguments.integer("idle", MANY, 0, MAX_CONNECTIONS));
  }

  private static Arguments arguments(List<String> words, Set<String> own) {
    Set<String> names = new HashSet<>(NAMES);
    names.addAll(own);
    return Arguments.parse(words, names, Set.of("profile"));
  }

  private static List<Integer> depths(Arguments arguments, String usual) {
    List<Integer> depths = new ArrayList<>();
    for (String depth : arguments.list("depths", usual)) {
      depths.add(Arguments.integerOf("depths", depth, 1, MAX_DEPTH));
    }
    return depths;
  }

  private static int loops(Arguments arguments) {
    int processors = Runtime.getRuntime().availableProcessors();
    return arguments.integer("loops", Math.max(1, processors / 2), 1, 4 * processors);
  }

  private static LoadSettings load(Arguments arguments, Workload workload, int payload, int depth) {
    return new LoadSettings(
        workload,
        arguments.integer("connections", 64, 1, MAX_CONNECTIONS),
        payload,
        depth,
        arguments.integer("client-threads", loops(arguments), 1, 256),
        arguments.seconds("warmup", 3, 0, 3600),
        arguments.seconds("seconds", 3, 0.1, 3600));
  }

  private static ComparisonOptions of(
      Arguments arguments, List<LoadSettings> loads, int stalled, int idle) {
    return new ComparisonOptions(
        servers(arguments.list("servers", "netty,base,process")),
        loops(arguments),
        arguments.integer("rounds", 5, 1, 1000),
        loads,
        arguments.text("load-client", "").strip(),
        jvmOptions(arguments),
        arguments.flag("profile"),
        stalled,
        idle);
  }

  /** The same with other options of the server JVMs. */
  ComparisonOptions withJvmOptions(List<String> others) {
    return new ComparisonOptions(
        servers, loops, rounds, loads, loadClient, others, profile, stalled, idle);
  }

  /** In the order of {@link ServerKind}, so that the baseline opens each round. */
  private static List<ServerKind> servers(List<String> names) {
    Set<ServerKind> kinds =
        names.stream()
            .map(ServerKind::of)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(ServerKind.class)));
    return List.copyOf(kinds);
  }

  private static List<String> jvmOptions(Arguments arguments) {
    List<String> options =
        new ArrayList<>(words(arguments.text("jvm-options", "-Xms512m -Xmx512m")));
    if (arguments.flag("profile")) {
      options.addAll(PROFILING);
    }
    return options;
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
  }
}
