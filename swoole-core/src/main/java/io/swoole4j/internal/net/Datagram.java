// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One datagram on its way to its handler. Immutable but for its bytes, which belong to the last.
 */
public final class Datagram {
  private final byte[] data;
  private final @Nullable SocketAddress sender;
  private final long arrivedMillis;

  Datagram(byte[] data, @Nullable SocketAddress sender, long arrivedMillis) {
    this.data = data;
    this.sender = sender;
    this.arrivedMillis = arrivedMillis;
  }

  /**
   * Its bytes.
   *
   * @return the array, owned by the callee
   */
  public byte[] data() {
    return data;
  }

  /**
   * The sender's address.
   *
   * @return null for a Unix socket
   */
  public @Nullable InetAddress senderAddress() {
    return sender instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  /**
   * The sender's port.
   *
   * @return 0 for a Unix socket
   */
  public int senderPort() {
    return sender instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /**
   * The path of the sender's Unix socket.
   *
   * @return empty for a socket without a name, and for UDP
   */
  public String senderPath() {
    return Addresses.pathOf(sender);
  }

  /**
   * When it was read from the socket.
   *
   * @return milliseconds since the epoch
   */
  public long arrivedMillis() {
    return arrivedMillis;
  }
}
