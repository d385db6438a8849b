// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.Connection;
import java.util.Collections;
import java.util.Iterator;

/** The open connections of a server as it stands. Any thread. */
final class ConnectionsView implements Connections {
  private final Server server;

  ConnectionsView(Server server) {
    this.server = server;
  }

  @Override
  public int size() {
    Engine engine = server.engine();
    return engine == null ? 0 : engine.registry().countOpen();
  }

  @Override
  public boolean contains(long fd) {
    return server.exist(fd);
  }

  @Override
  public Iterator<Long> iterator() {
    Engine engine = server.engine();
    return engine == null
        ? Collections.emptyIterator()
        : engine.registry().all().stream()
            .filter(Connection::isOpen)
            .map(Connection::fd)
            .iterator();
  }

  @Override
  public String toString() {
    return size() + " connections";
  }
}
