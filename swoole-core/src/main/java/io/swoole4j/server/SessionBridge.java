// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.spi.PortProtocol;

/** A connection as its protocol sees it. */
final class SessionBridge implements PortProtocol.Session {
  /**
   * What a worker gets from a protocol.
   *
   * @param event what it is to users
   * @param callback what to run
   */
  record Message(Event<?> event, PortProtocol.Callback callback) {}

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
  public void deliver(Event<?> event, int bytes, PortProtocol.Callback callback) {
    connection.deliver(new Message(event, callback), bytes);
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
