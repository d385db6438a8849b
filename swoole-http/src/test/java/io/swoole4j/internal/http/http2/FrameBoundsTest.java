// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** What is incomplete, and since when, however the bytes are cut. */
class FrameBoundsTest {
  private static final int END_HEADERS = 4;

  private final FrameBounds bounds = new FrameBounds();

  private static ByteBuf frame(int type, int flags, int length) {
    return Unpooled.buffer()
        .writeMedium(length)
        .writeByte(type)
        .writeByte(flags)
        .writeInt(1)
        .writeZero(length);
  }

  private void preface() {
    bounds.read(Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ISO_8859_1));
  }

  /** Whether it was incomplete behind each byte; '+' if so. */
  private String eachByte(ByteBuf bytes) {
    StringBuilder states = new StringBuilder();
    while (bytes.isReadable()) {
      bounds.read(bytes.readSlice(1));
      states.append(bounds.isIncomplete() ? '+' : '-');
    }
    return states.toString();
  }

  @Test
  void isIncompleteWithinThePreface() {
    bounds.read(Unpooled.copiedBuffer("PRI", ISO_8859_1));
    assertThat(bounds.isIncomplete()).isTrue();
    bounds.read(Unpooled.copiedBuffer(" * HTTP/2.0\r\n\r\nSM\r\n\r\n", ISO_8859_1));
    assertThat(bounds.isIncomplete()).isFalse();
    assertThat(bounds.begun()).isZero();
  }

  @Test
  void isIncompleteWithinFramesButNotWithinContent() {
    preface();
    assertThat(eachByte(frame(6, 0, 8))).isEqualTo("+".repeat(16) + "-");
    assertThat(eachByte(frame(0, 0, 3))).isEqualTo("+++" + "-".repeat(9));
    assertThat(eachByte(frame(4, 0, 0))).isEqualTo("+".repeat(8) + "-");
    assertThat(bounds.begun()).isEqualTo(3);
  }

  @Test
  void isIncompleteUntilTheLastOfItsContinuations() {
    preface();
    bounds.read(Unpooled.wrappedBuffer(frame(6, 0, 8), frame(1, 1, 300)));
    assertThat(bounds.isIncomplete()).isTrue();
    assertThat(bounds.begun()).isEqualTo(2);
    bounds.read(frame(9, 0, 5));
    assertThat(bounds.isIncomplete()).isTrue();
    bounds.read(frame(9, END_HEADERS, 70_000));
    assertThat(bounds.isIncomplete()).isFalse();
    assertThat(bounds.begun()).isEqualTo(2);
    bounds.read(frame(1, END_HEADERS, 5));
    assertThat(bounds.isIncomplete()).isFalse();
    assertThat(bounds.begun()).isEqualTo(3);
  }
}
