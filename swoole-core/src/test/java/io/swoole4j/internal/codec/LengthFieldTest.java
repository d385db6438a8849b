// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.swoole4j.setting.LengthType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthFieldTest {

  @ParameterizedTest(name = "{0} reads {1} as {2}")
  @CsvSource({
    "c, 00, 0",
    "c, 7f, 127",
    "c, 80, -128",
    "c, ff, -1",
    "C, 00, 0",
    "C, 7f, 127",
    "C, 80, 128",
    "C, ff, 255",
    "n, 0102, 258",
    "n, 7fff, 32767",
    "n, 8000, 32768",
    "n, ffff, 65535",
    "v, 0102, 513",
    "v, ff7f, 32767",
    "v, 0080, 32768",
    "v, ffff, 65535",
    "N, 01020304, 16909060",
    "N, 7fffffff, 2147483647",
    "N, 80000000, 2147483648",
    "N, ffffffff, 4294967295",
    "V, 01020304, 67305985",
    "V, ffffff7f, 2147483647",
    "V, 00000080, 2147483648",
    "V, ffffffff, 4294967295",
    "J, 0102030405060708, 72623859790382856",
    "J, ffffffffffffffff, 9223372036854775807",
    "P, 0807060504030201, 72623859790382856",
    "P, 0000000000000080, 9223372036854775807"
  })
  void readsFieldsOfFixedByteOrder(char symbol, String hex, long expected) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertReads(symbol, bytes, expected);
  }

  @ParameterizedTest(name = "{0} reads {1} in {2} bytes as {3}")
  @CsvSource({
    "s, 258, 2, 258",
    "s, 32767, 2, 32767",
    "s, -32768, 2, -32768",
    "s, -1, 2, -1",
    "S, 258, 2, 258",
    "S, 32767, 2, 32767",
    "S, -32768, 2, 32768",
    "S, -1, 2, 65535",
    "l, 16909060, 4, 16909060",
    "l, 2147483647, 4, 2147483647",
    "l, -2147483648, 4, -2147483648",
    "l, -1, 4, -1",
    "i, -1, 4, -1",
    "I, -1, 4, 4294967295",
    "L, 16909060, 4, 16909060",
    "L, 2147483647, 4, 2147483647",
    "L, -2147483648, 4, 2147483648",
    "L, -1, 4, 4294967295",
    "q, 72623859790382856, 8, 72623859790382856",
    "q, 9223372036854775807, 8, 9223372036854775807",
    "q, -9223372036854775808, 8, -9223372036854775808",
    "q, -1, 8, -1",
    "Q, 72623859790382856, 8, 72623859790382856",
    "Q, 9223372036854775807, 8, 9223372036854775807",
    "Q, -9223372036854775808, 8, 9223372036854775807",
    "Q, -1, 8, 9223372036854775807"
  })
  void readsFieldsInHostOrder(char symbol, long stored, int width, long expected) {
    ByteBuffer bytes = ByteBuffer.allocate(width).order(ByteOrder.nativeOrder());
    switch (width) {
      case 2 -> bytes.putShort((short) stored);
      case 4 -> bytes.putInt((int) stored);
      default -> bytes.putLong(stored);
    }

    assertReads(symbol, bytes.array(), expected);
  }

  private static void assertReads(char symbol, byte[] bytes, long expected) {
    LengthField field = new LengthField(LengthType.of(symbol).orElseThrow());
    byte[] padded = new byte[bytes.length + 4];
    System.arraycopy(bytes, 0, padded, 2, bytes.length);
    ByteBuf in = Unpooled.wrappedBuffer(padded);

    assertThat(field.width()).isEqualTo(bytes.length);
    assertThat(field.read(in, 2)).isEqualTo(expected);
    assertThat(field.read(padded, 2)).isEqualTo(expected);
    assertThat(in.readerIndex()).isZero();
  }
}
