// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Passes on the bytes as they arrive, in pieces of at most 64 KiB. Owned by the connection's event
 * loop thread.
 */
public final class RawFramer implements Framer {

  /** What Swoole hands to one receive event at most. */
  static final int CHUNK = 65536;

  /** Creates the framer of one connection. */
  public RawFramer() {}

  @Override
  public void decode(ByteBuf in, PacketSink out) {
    while (in.isReadable()) {
      byte[] chunk = new byte[Math.min(in.readableBytes(), CHUNK)];
      in.readBytes(chunk);
      out.packet(chunk);
    }
  }

  @Override
  public int bufferedBytes() {
    return 0;
  }
}
