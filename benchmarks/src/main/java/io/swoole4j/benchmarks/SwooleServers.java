// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import java.time.Duration;
import java.util.Map;

/** What the servers of swoole4j that are measured have in common. */
final class SwooleServers {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private SwooleServers() {}

  /** As many event loops, and in PROCESS mode as many workers beside them. */
  static Map<String, Integer> threads(ServerMode mode, int loops) {
    return mode == ServerMode.BASE
        ? Map.of("worker_num", loops)
        : Map.of("reactor_num", loops, "worker_num", loops);
  }

  /** Stops a server and waits for its end. */
  static void stop(Server server) {
    server.shutdown();
    boolean terminated;
    try {
      terminated = server.awaitTermination(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      terminated = false;
    }
    if (!terminated) {
      throw new IllegalStateException("server: still running (expected: terminated)");
    }
  }
}
