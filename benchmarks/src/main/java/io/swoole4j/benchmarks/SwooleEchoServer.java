// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.Map;

/** The length-framed echo server as a user of swoole4j writes it. */
final class SwooleEchoServer implements TestedServer {
  private final Server server;

  private SwooleEchoServer(Server server) {
    this.server = server;
  }

  /** Starts a server of a mode. */
  static SwooleEchoServer start(ServerMode mode, int loops, int maxFrameBytes) {
    Server server = new Server("127.0.0.1", 0, mode, SocketType.TCP);
    server.set(SwooleServers.threads(mode, loops));
    server.set(
        Map.of(
            "open_length_check",
            true,
            "package_length_type",
            "N",
            "package_length_offset",
            0,
            "package_body_offset",
            4,
            "package_max_length",
            Math.max(2 << 20, maxFrameBytes)));
    server.on(Event.RECEIVE, (srv, fd, reactorId, data) -> srv.send(fd, data));
    server.startAsync();
    return new SwooleEchoServer(server);
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
    SwooleServers.stop(server);
  }
}
