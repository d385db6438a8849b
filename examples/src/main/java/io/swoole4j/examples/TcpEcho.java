// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;

/** The smallest server: what a client sends comes back. Try it with {@code nc 127.0.0.1 9501}. */
final class TcpEcho implements Example {
  @Override
  public String name() {
    return "tcp-echo";
  }

  @Override
  public String summary() {
    return "sends back every byte; no framing, so receive gets whatever has arrived";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);

    // How much may wait for a client that sends faster than it reads; send answers false above it.
    server.set(Settings.SOCKET_BUFFER_SIZE, 64 * 1024 * 1024);

    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (!s.send(fd, data)) {
            // The client is gone, or does not read at all: better no answer than one with a gap.
            s.close(fd);
          }
        });
    return server;
  }
}
