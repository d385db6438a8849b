// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import java.time.Duration;
import java.util.Map;

/** The HTTP server as a user of swoole4j writes it. */
final class SwooleHttpServer implements TestedServer {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Server server;
  private final WebRoot root;

  private SwooleHttpServer(Server server, WebRoot root) {
    this.server = server;
    this.root = root;
  }

  /** Starts a server whose callbacks run on its event loops. */
  static SwooleHttpServer startBase(Workload workload, int loops, WebRoot root) {
    return start(ServerMode.BASE, Map.of("worker_num", loops), workload, root);
  }

  /** Starts a server with as many worker threads as event loops. */
  static SwooleHttpServer startProcess(Workload workload, int loops, WebRoot root) {
    return start(
        ServerMode.PROCESS, Map.of("reactor_num", loops, "worker_num", loops), workload, root);
  }

  private static SwooleHttpServer start(
      ServerMode mode, Map<String, Integer> threads, Workload workload, WebRoot root) {
    HttpServer server = new HttpServer("127.0.0.1", 0, mode);
    server.set(threads);
    if (workload == Workload.FILE) {
      server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
      server.set(HttpSettings.DOCUMENT_ROOT, root.directory().toString());
    }
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, workload == Workload.HTTP2);
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.header("Content-Type", "text/plain");
          response.end(HttpTraffic.TEXT);
        });
    server.startAsync();
    return new SwooleHttpServer(server, root);
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
    root.close();
    if (!terminated) {
      throw new IllegalStateException("server: still running (expected: terminated)");
    }
  }
}
