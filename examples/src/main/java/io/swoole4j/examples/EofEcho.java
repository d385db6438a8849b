// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;

/**
 * Packets that end with CR LF, such as the lines of many text protocols. Receive gets one whole
 * line at a time, its end included. Try it with {@code nc -C 127.0.0.1 9501}.
 */
final class EofEcho implements Example {
  @Override
  public String name() {
    return "eof-echo";
  }

  @Override
  public String summary() {
    return "sends back every line; packets end with CR LF";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);

    // Split: one line per call. With open_eof_check instead, receive is called whenever the data
    // that has arrived ends with the mark, and may get several lines together.
    server.set(Settings.OPEN_EOF_SPLIT, true);
    server.set(Settings.PACKAGE_EOF, "\r\n");
    // A line without an end may not fill the memory: its connection is closed.
    server.set(Settings.PACKAGE_MAX_LENGTH, 1024 * 1024);
    // How much may wait for a client that sends faster than it reads; send answers false above it.
    server.set(Settings.SOCKET_BUFFER_SIZE, 64 * 1024 * 1024);

    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, line) -> {
          if (!s.send(fd, line)) {
            s.close(fd);
          }
        });
    return server;
  }
}
