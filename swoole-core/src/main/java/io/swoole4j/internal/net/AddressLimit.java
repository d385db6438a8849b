// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client address may have open. IPv6 clients are told apart by the first
 * 64 bits, as each of them usually has all addresses behind those. Safe from any thread; holds
 * nothing about addresses without a connection.
 */
final class AddressLimit {
  private final ConcurrentHashMap<Object, Integer> open = new ConcurrentHashMap<>();
  private final int limit;

  /**
   * A limit.
   *
   * @param limit connections of one address, 0 for any number
   */
  AddressLimit(int limit) {
    this.limit = limit;
  }

  boolean isOff() {
    return limit == 0;
  }

  /** Takes a place, which {@link #giveBack} returns; false when the address has all of its own. */
  boolean take(InetAddress address) {
    int now = open.merge(key(address), 1, Integer::sum);
    if (now > limit) {
      giveBack(address);
      return false;
    }
    return true;
  }

  void giveBack(InetAddress address) {
    open.computeIfPresent(key(address), (key, count) -> count == 1 ? null : count - 1);
  }

  /** Addresses that something is known about. */
  int addresses() {
    return open.size();
  }

  private static Object key(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    if (address instanceof Inet6Address) {
      return bytes.getLong();
    }
    return bytes.getInt();
  }
}
