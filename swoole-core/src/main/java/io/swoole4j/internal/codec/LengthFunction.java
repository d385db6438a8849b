// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import java.nio.ByteBuffer;

/** Tells the length of the packet that begins with the given bytes; runs on the event loop. */
@FunctionalInterface
public interface LengthFunction {

  /**
   * Looks at the beginning of a packet.
   *
   * @param data a read-only view of the packet's first bytes (and of what follows it), 8 KiB at
   *     most, from position 0, big-endian; valid during the call only
   * @return the length of the whole packet in bytes; 0 to be asked again when more bytes are there;
   *     a negative number if the data makes no sense
   */
  int packageLength(ByteBuffer data);
}
