// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.Map;

/** The length-framed echo server as a user of swoole4j writes it. */
final class SwooleEchoServer {
  private SwooleEchoServer() {}

  /** Starts a server of a mode. */
  static TestedServer start(ServerMode mode, int loops, int maxFrameBytes) {
    Server server = new Server("127.0.0.1", 0, mode, SocketType.TCP);
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
    return SwooleServer.start(server, loops);
  }
}
