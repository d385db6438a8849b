// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Keeps the bytes of an incomplete packet. Owned by the event loop thread of its framer.
 *
 * <p>The array grows by doubling with the bytes that arrived, never with what a header promises, so
 * that a peer cannot make the server allocate memory which it did not send. An empty one keeps no
 * array at all: most connections are idle between two packets.
 */
class PartialPacket {

  /** Up to this capacity an array is made for the whole packet at once. */
  static final int SMALL = 512;

  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int length;

  /** Returns how many bytes are held. */
  final int length() {
    return length;
  }

  /** Returns the size of the array behind the bytes held. */
  final int capacity() {
    return bytes.length;
  }

  byte byteAt(int index) {
    return bytes[index];
  }

  /** Returns the array behind the bytes held; only its first {@link #length()} bytes count. */
  final byte[] array() {
    return bytes;
  }

  /** Returns a read-only view of all bytes held. */
  final ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, length).asReadOnlyBuffer();
  }

  /**
   * Moves bytes to the end of those held.
   *
   * @param in where the bytes are read
   * @param count how many bytes, all of them readable
   * @param limit how many bytes may come together in the end; capacity never grows beyond it
   */
  final void append(ByteBuf in, int count, int limit) {
    int needed = length + count;
    if (needed > bytes.length) {
      long roomy = Math.max(Math.max(needed, SMALL), 2L * bytes.length);
      byte[] grown = new byte[(int) Math.min(limit, roomy)];
      System.arraycopy(bytes, 0, grown, 0, length);
      bytes = grown;
    }
    in.readBytes(bytes, length, count);
    length = needed;
  }

  /**
   * Returns all bytes held, followed by the next {@code count} bytes of {@code in}, and holds
   * nothing afterwards. An array of just that size is given away instead of copied.
   */
  final byte[] complete(ByteBuf in, int count) {
    int total = length + count;
    byte[] packet = bytes;
    if (packet.length != total) {
      packet = new byte[total];
      System.arraycopy(bytes, 0, packet, 0, length);
    }
    in.readBytes(packet, length, count);
    clear();
    return packet;
  }

  /** Returns the first {@code count} bytes held and goes on holding the others. */
  final byte[] takeFirst(int count) {
    byte[] packet = bytes.length == count ? bytes : Arrays.copyOf(bytes, count);
    bytes = count == length ? NONE : Arrays.copyOfRange(bytes, count, length);
    length -= count;
    return packet;
  }

  /** Forgets all bytes but the first {@code count}. */
  final void truncate(int count) {
    length = count;
  }

  /** Forgets all bytes and the array behind them. */
  final void clear() {
    bytes = NONE;
    length = 0;
  }
}
