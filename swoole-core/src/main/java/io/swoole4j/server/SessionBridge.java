// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.spi.PortProtocol;

/** A connection as its protocol sees it. */
final class SessionBridge implements PortProtocol.Session {
  private final Connection connection;
  private final PortProtocol.PortSession port;

  SessionBridge(Connection connection, PortProtocol.PortSession port) {
    this.connection = connection;
    this.port = port;
  }

  @Override
  public long fd() {
    return connection.fd();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public void deliver(int bytes, PortProtocol.Callback callback) {
    connection.deliver(callback, bytes);
  }

  @Override
  public boolean write(Object message, int bytes) {
    if (!connection.isOpen()) {
      ReferenceCountUtil.release(message);
      return false;
    }
    return connection.send(message, bytes);
  }

  @Override
  public boolean close(boolean reset) {
    return connection.close(reset);
  }

  /** Lets the protocol say goodbye. From any thread. */
  void goodbye() {
    connection.execute(
        () -> {
          if (connection.isOpen()) {
            port.goodbye(this);
          }
        });
  }
}
