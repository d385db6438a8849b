// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.Map;

/**
 * Packets with their length in front: 4 bytes, big endian, then as many bytes of body. Receive gets
 * one whole packet at a time, header included, however the network has cut or joined them.
 */
final class LengthEcho implements Example {
  @Override
  public String name() {
    return "length-echo";
  }

  @Override
  public String summary() {
    return "sends back every packet; 4-byte big-endian length, then the body";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);
    server.set(
        Map.of(
            "open_length_check",
            true,
            // N: unsigned, 4 bytes, network byte order; the letters are those of PHP's pack.
            "package_length_type",
            "N",
            // Where in the packet the length is.
            "package_length_offset",
            0,
            // Where the body begins. The length counts the body alone; set this to 0 for a protocol
            // whose length counts the whole packet.
            "package_body_offset",
            4));
    server.set(
        Map.of(
            // A longer packet closes its connection as soon as its header is there.
            "package_max_length", "8M",
            // What may come in must be allowed out: the most that one send takes.
            "buffer_output_size", "8M",
            // What may wait for one client, so that it can send a big file before it reads.
            "socket_buffer_size", "128M"));

    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, packet) -> {
          if (!s.send(fd, packet)) {
            // The client is gone, or does not read at all: better no answer than one with a gap.
            s.close(fd);
          }
        });
    return server;
  }
}
