// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import io.netty.channel.epoll.Epoll;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to run a server in which its behaviour must not differ from the others.
 *
 * @param mode how connections and workers share threads
 * @param transport value of the setting {@code transport}, "epoll" or "nio"
 */
public record ServerVariant(ServerMode mode, String transport) {

  /** Every mode with every transport of this machine. */
  public static List<ServerVariant> all() {
    List<ServerVariant> variants = new ArrayList<>();
    for (ServerMode mode : ServerMode.values()) {
      if (Epoll.isAvailable()) {
        variants.add(new ServerVariant(mode, "epoll"));
      }
      variants.add(new ServerVariant(mode, "nio"));
    }
    return variants;
  }

  /** A TCP server on a free port of 127.0.0.1, not started. */
  public Server newServer() {
    return prepare(new Server("127.0.0.1", 0, mode, SocketType.TCP));
  }

  /** A server on a free port of that address, not started. */
  public Server newServer(String host, SocketType type) {
    return prepare(new Server(host, 0, mode, type));
  }

  /** Sets the transport of a server that the test has made itself, with {@link #mode()}. */
  public <S extends Server> S prepare(S server) {
    server.set("transport", transport);
    return server;
  }

  @Override
  public String toString() {
    return mode + " " + transport;
  }
}
