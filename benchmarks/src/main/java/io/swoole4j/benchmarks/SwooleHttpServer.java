// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;

/** The HTTP server as a user of swoole4j writes it. */
final class SwooleHttpServer implements TestedServer {
  private final Server server;
  private final WebRoot root;

  private SwooleHttpServer(Server server, WebRoot root) {
    this.server = server;
    this.root = root;
  }

  /** Starts a server of a mode. */
  static SwooleHttpServer start(ServerMode mode, Workload workload, int loops, WebRoot root) {
    HttpServer server = new HttpServer("127.0.0.1", 0, mode);
    server.set(SwooleServers.threads(mode, loops));
    if (workload == Workload.FILE) {
      server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
      server.set(HttpSettings.DOCUMENT_ROOT, root.directory().toString());
    }
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, workload.isHttp2());
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
    try {
      SwooleServers.stop(server);
    } finally {
      root.close();
    }
  }
}
