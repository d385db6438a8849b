// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a datagram came from and where it arrived; the map of Swoole's {@code onPacket}, typed.
 *
 * @param address the sender's address, or the path of its Unix socket; empty for a Unix socket
 *     without a name, which cannot be answered
 * @param port the sender's port, 0 for a Unix socket
 * @param serverPort the number of the port it arrived at, 0 for a Unix socket
 * @param serverSocket the socket it arrived at, for {@link Server#sendto(String, int, byte[],
 *     int)}: its descriptor, or the port's place among {@link Server#ports()} where the transport
 *     tells no descriptor
 * @param dispatchTime when it was read and dispatched, in seconds since the epoch
 */
public record PacketInfo(
    String address, int port, int serverPort, int serverSocket, double dispatchTime) {
  private static final int PORT_BITS = 16;

  /**
   * The same as a map with Swoole's keys.
   *
   * @return a map in Swoole's order
   */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("server_socket", serverSocket);
    map.put("server_port", serverPort);
    map.put("dispatch_time", dispatchTime);
    map.put("address", address);
    map.put("port", port);
    return map;
  }

  /**
   * The sender's IPv4 address as a number, as ip2long: the fd of {@link Server#send(long, byte[],
   * int)}.
   *
   * @return 0 for other addresses
   */
  public long fd() {
    return Datagrams.number(address);
  }

  /**
   * The rest of what it takes to answer: the extra data of {@link Server#send(long, byte[], int)}.
   *
   * @return server socket and port of the sender in one number
   */
  public int extraData() {
    return (serverSocket << PORT_BITS) | port;
  }
}
