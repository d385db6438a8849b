// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import java.time.Duration;
import java.util.Map;

/** A server of swoole4j that is measured. */
final class SwooleServer implements TestedServer {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Server server;

  private SwooleServer(Server server) {
    this.server = server;
  }

  /** Starts a server with so many event loops, and in PROCESS mode as many workers. */
  static SwooleServer start(Server server, int loops) {
    server.set(
        server.mode() == ServerMode.BASE
            ? Map.of("worker_num", loops)
            : Map.of("reactor_num", loops, "worker_num", loops));
    server.startAsync();
    return new SwooleServer(server);
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public String description() {
    return "swoole4j " + server.mode();
  }

  @Override
  public void close() {
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
