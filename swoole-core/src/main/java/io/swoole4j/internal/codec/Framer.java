// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import io.netty.buffer.ByteBuf;

/**
 * Splits one connection's byte stream into packets. Owned by the connection's event loop thread.
 *
 * <p>After a {@link FramingException} the stream cannot be trusted any more: the framer has dropped
 * what it held, and discards whatever it is given afterwards without a word. The caller closes the
 * connection.
 */
public interface Framer {

  /**
   * Takes the bytes of one read and passes on every packet that they complete, in order.
   *
   * <p>All readable bytes of {@code in} are consumed, also when this method throws a {@link
   * FramingException}. An exception of the sink passes through; the packet it was given counts as
   * delivered, and what is left in {@code in} can be decoded later.
   *
   * @param in the bytes read; not released, not kept
   * @param out receives each packet as a fresh array
   * @throws FramingException if the stream breaks the rules of the framing; the packets before the
   *     offending one have been passed to {@code out}
   */
  void decode(ByteBuf in, PacketSink out) throws FramingException;

  /**
   * Returns how many bytes of an incomplete packet are held.
   *
   * @return bytes, never more than the greatest packet length
   */
  int bufferedBytes();
}
