// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A peer's address as the one number by which mode 4 chooses. */
public final class AddressKey {
  private static final int MAPPED_PREFIX = 0x0000_ffff;

  private AddressKey() {}

  /**
   * Folds an address into 32 bits: an IPv4 address in network order, as ip2long, however it was
   * written; the four words of another IPv6 address exclusive-ored.
   *
   * @param address the address, or null where there is none
   * @return 0 to 2^32 - 1; 0 without an address
   */
  public static long of(@Nullable InetAddress address) {
    if (address == null) {
      return 0;
    }
    ByteBuffer words = ByteBuffer.wrap(address.getAddress());
    int key = words.getInt();
    if (words.hasRemaining()) {
      int second = words.getInt();
      int third = words.getInt();
      int last = words.getInt();
      boolean mapped = key == 0 && second == 0 && third == MAPPED_PREFIX;
      key = mapped ? last : key ^ second ^ third ^ last;
    }
    return Integer.toUnsignedLong(key);
  }
}
