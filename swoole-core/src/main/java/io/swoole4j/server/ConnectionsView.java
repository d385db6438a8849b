// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.Connection;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The open connections of a server, or of one of its ports, as it stands. Any thread. */
final class ConnectionsView implements Connections {
  private final Server server;
  private final @Nullable ServerPort port;

  /** Those of a port, or of all where it is null. */
  ConnectionsView(Server server, @Nullable ServerPort port) {
    this.server = server;
    this.port = port;
  }

  private Stream<Connection> open() {
    Engine engine = server.engine();
    return engine == null
        ? Stream.of()
        : engine.registry().all().stream().filter(Connection::isOpen).filter(this::isOfPort);
  }

  private boolean isOfPort(Connection connection) {
    return port == null || connection.listener().settings() == port;
  }

  @Override
  public int size() {
    return (int) open().count();
  }

  @Override
  public boolean contains(long fd) {
    Engine engine = server.engine();
    Connection connection = engine == null ? null : engine.registry().find(fd);
    return connection != null && connection.isOpen() && isOfPort(connection);
  }

  @Override
  public Iterator<Long> iterator() {
    return open().map(Connection::fd).iterator();
  }

  @Override
  public String toString() {
    return size() + " connections";
  }
}
