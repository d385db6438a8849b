// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;

/** The smallest server for datagrams. Try it with {@code nc -u 127.0.0.1 9501}. */
final class UdpEcho implements Example {
  @Override
  public String name() {
    return "udp-echo";
  }

  @Override
  public String summary() {
    return "sends back every datagram to the socket that it came from";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    SocketType datagrams = type == SocketType.TCP6 ? SocketType.UDP6 : SocketType.UDP;
    Server server = new Server(host, port, mode, datagrams);
    server.on(Event.PACKET, (s, data, client) -> s.sendto(client.address(), client.port(), data));
    return server;
  }
}
