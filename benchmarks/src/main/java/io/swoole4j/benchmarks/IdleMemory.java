// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a WebSocket connection costs that does nothing: how much a server's process and its heap
 * grow for some thousands of them, garbage collected before each look.
 */
final class IdleMemory {
  /** The heap is given back, so that what is resident follows what is in use. */
  private static final List<String> SHRINKING =
      List.of(
          "-Xms32m",
          "-Xmx1g",
          "-XX:+UseSerialGC",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10");

  private static final int WARMUP = 200;

  private final ComparisonOptions options;
  private final Watchdog watchdog;
  private final Map<ServerKind, List<Sample>> samples = new EnumMap<>(ServerKind.class);

  /**
   * Bytes in use.
   *
   * @param resident by the process, in memory
   * @param heap by objects
   */
  record Sample(long resident, long heap) {
    Sample since(Sample before, int connections) {
      return new Sample(
          (resident - before.resident) / connections, (heap - before.heap) / connections);
    }
  }

  IdleMemory(ComparisonOptions options, Watchdog watchdog) {
    this.options = options;
    this.watchdog = watchdog;
  }

  /** Measures every server in each round and prints a table. */
  void run() throws IOException {
    System.out.println("memory of " + options.idle() + " connections that do nothing");
    for (int round = 1; round <= options.rounds(); round++) {
      for (ServerKind kind : options.servers()) {
        Sample sample = measure(kind);
        samples.computeIfAbsent(kind, key -> new ArrayList<>()).add(sample);
        System.out.printf(
            Locale.ROOT,
            "  round %d %-8s%,7d bytes resident, %,7d bytes of heap for each%n",
            round,
            kind.label(),
            sample.resident(),
            sample.heap());
      }
    }
    System.out.println();
    System.out.println(table());
  }

  private Sample measure(ServerKind kind) throws IOException {
    LoadSettings load = new LoadSettings(Workload.WEBSOCKET, 0, 0, 1, 1, 0, 0);
    ComparisonOptions shrinking = options.withJvmOptions(SHRINKING);
    try (ServerProcess server = ServerProcess.start(kind, load, shrinking, watchdog)) {
      WebSocketPeers.open(server.port(), WARMUP, "").close();
      Sample before = server.memory();
      try (WebSocketPeers peers = WebSocketPeers.open(server.port(), options.idle(), "")) {
        return server.memory().since(before, peers.count());
      }
    }
  }

  private String table() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"server", "resident bytes a connection", "bytes of heap"});
    samples.forEach(
        (kind, rounds) ->
            rows.add(
                new String[] {
                  kind.label(),
                  Spread.of(rounds.stream().map(each -> (double) each.resident()).toList())
                      .format(0),
                  Spread.of(rounds.stream().map(each -> (double) each.heap()).toList()).format(0)
                }));
    return MarkdownTable.format(rows);
  }
}
