// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where and when a request came in. Immutable.
 *
 * @param local the server's address
 * @param remote the client's address
 * @param arrivedMillis when it had arrived, in milliseconds since the epoch
 * @param startedMillis when its handler was called
 */
record RequestOrigin(
    @Nullable SocketAddress local,
    @Nullable SocketAddress remote,
    long arrivedMillis,
    long startedMillis) {

  private static final double MILLIS = 1000.0;

  /** Adds what a request's server variables say about it. */
  void describe(Map<String, Object> variables) {
    variables.put("request_time", TimeUnit.MILLISECONDS.toSeconds(startedMillis));
    variables.put("request_time_float", startedMillis / MILLIS);
    variables.put("server_port", port(local));
    variables.put("remote_port", port(remote));
    variables.put("server_addr", address(local));
    variables.put("remote_addr", address(remote));
    variables.put("master_time", TimeUnit.MILLISECONDS.toSeconds(arrivedMillis));
  }

  private static int port(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  private static String address(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return NetUtil.toAddressString(inet.getAddress());
    }
    return address == null ? "" : address.toString();
  }
}
