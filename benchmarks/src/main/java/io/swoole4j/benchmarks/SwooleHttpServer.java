// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.ServerMode;
import java.nio.file.Path;

/** The HTTP server as a user of swoole4j writes it. */
final class SwooleHttpServer {
  private SwooleHttpServer() {}

  /** Starts a server of a mode. */
  static TestedServer start(ServerMode mode, Workload workload, int loops, Path root) {
    HttpServer server = new HttpServer("127.0.0.1", 0, mode);
    if (workload == Workload.FILE) {
      server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
      server.set(HttpSettings.DOCUMENT_ROOT, root.toString());
    }
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, workload.isHttp2());
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.header("Content-Type", "text/plain");
          response.end(HttpTraffic.TEXT);
        });
    return SwooleServer.start(server, loops);
  }
}
