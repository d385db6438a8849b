// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * A framer that holds an incomplete packet between reads and is dead after the first violation.
 * Owned by the connection's event loop thread.
 */
abstract class StatefulFramer implements Framer {

  /** The greatest length of a packet in bytes, inclusive. */
  final int maxLength;

  final PartialPacket held;

  private boolean dead;

  StatefulFramer(int maxLength, PartialPacket held) {
    if (maxLength < 1) {
      throw new IllegalArgumentException(
          "maxLength: " + maxLength + " (expected: 1.." + Integer.MAX_VALUE + ")");
    }
    this.maxLength = maxLength;
    this.held = held;
  }

  @Override
  public final void decode(ByteBuf in, PacketSink out) throws FramingException {
    if (dead) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      split(in, out);
    } catch (FramingException e) {
      dead = true;
      held.clear();
      in.skipBytes(in.readableBytes());
      throw e;
    }
  }

  @Override
  public final int bufferedBytes() {
    return held.length();
  }

  /** Does the work of {@link #decode}; state must be in order before each call of the sink. */
  abstract void split(ByteBuf in, PacketSink out) throws FramingException;
}
