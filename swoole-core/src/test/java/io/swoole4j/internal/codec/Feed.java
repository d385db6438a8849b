// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Feeds a framer as a connection does: with direct buffers that are reused after each read. */
final class Feed {

  /** Without leak tracking, which costs more than the tests: buffers live for one read only. */
  private static final UnpooledByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(true, true);

  private final Framer framer;
  private final List<byte[]> packets = new ArrayList<>();

  Feed(Framer framer) {
    this.framer = framer;
  }

  /** One read. */
  Feed read(byte[] bytes) throws FramingException {
    ByteBuf in = BUFFERS.directBuffer(bytes.length + 3);
    try {
      // Not at index 0, so that absolute and relative indexes cannot be mixed up.
      in.writeZero(3).writeBytes(bytes).skipBytes(3);
      framer.decode(in, packets::add);
    } finally {
      assertThat(in.readableBytes()).as("bytes left in the buffer").isZero();
      in.setZero(0, in.capacity());
      assertThat(in.refCnt()).isOne();
      in.release();
    }
    return this;
  }

  Feed read(String bytes) throws FramingException {
    return read(bytes(bytes));
  }

  /** Many reads of the same size, but for the last. */
  Feed readInPieces(byte[] bytes, int size) throws FramingException {
    for (int i = 0; i < bytes.length; i += size) {
      read(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size)));
    }
    return this;
  }

  /**
   * One read of a framer whose sink throws at the first packet, and the same buffer again.
   *
   * @return the packets of the second time, a char for a byte
   */
  static List<String> behindASinkThatThrew(Framer framer, String bytes) throws FramingException {
    ByteBuf in = Unpooled.copiedBuffer(bytes(bytes));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                framer.decode(
                    in,
                    packet -> {
                      throw new IllegalStateException("sink");
                    }))
        .withMessage("sink");
    List<String> rest = new ArrayList<>();
    framer.decode(in, packet -> rest.add(text(packet)));
    return rest;
  }

  List<byte[]> packets() {
    return packets;
  }

  /** The packets so far, a char for a byte. */
  List<String> texts() {
    return packets.stream().map(Feed::text).toList();
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
