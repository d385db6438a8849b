// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

/** Receives the packets that a {@link Framer} found, on the framer's thread. */
@FunctionalInterface
public interface PacketSink {

  /**
   * Takes one complete packet.
   *
   * @param data the packet with its header or end mark; the receiver owns the array
   */
  void packet(byte[] data);
}
