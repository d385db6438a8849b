// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.nio.ByteBuffer;

/**
 * Tells the length of the packet at the start of what a connection has received so far.
 *
 * <p>It runs on the reactor thread of the connection, for many connections at once when there are
 * several reactors: it must not block and must not keep state of its own without guarding it.
 * Swoole's counterpart is the setting {@code package_length_func}.
 */
@FunctionalInterface
public interface PackageLengthFunction {

  /**
   * Answers how long the first packet in {@code data} is.
   *
   * @param data the bytes received and not yet delivered, from position 0 to the limit; read-only
   *     and valid only during the call
   * @return the total length of the packet in bytes, header included; 0 when more data is needed to
   *     tell; a negative number when the data is invalid and the connection is to be closed
   */
  int packageLength(ByteBuffer data);
}
