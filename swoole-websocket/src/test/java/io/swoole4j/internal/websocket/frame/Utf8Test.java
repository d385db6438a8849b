// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** UTF-8 is judged as the JDK judges it, in one piece and in any two. */
class Utf8Test {
  @Test
  void agreesWithTheJdk() {
    Random random = new Random(2);
    int[] heads = {0x41, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0x80};
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = new byte[random.nextInt(20)];
      for (int i = 0; i < bytes.length; i++) {
        int kind = random.nextInt(4);
        bytes[i] =
            (byte)
                (kind == 0
                    ? heads[random.nextInt(heads.length)]
                    : kind == 1 ? random.nextInt(256) : 0x80 + random.nextInt(64));
      }
      int cut = bytes.length == 0 ? 0 : random.nextInt(bytes.length);

      boolean expected = decodes(bytes);

      assertThat(Utf8.isValid(bytes)).isEqualTo(expected);
      int first = Utf8.check(0, bytes, 0, cut);
      int second = first == Utf8.BAD ? first : Utf8.check(first, bytes, cut, bytes.length);
      assertThat(second == 0).isEqualTo(expected);
    }
  }

  @Test
  void takesLongTexts() {
    byte[] text = "plain text, Grüße, 漢字, 😀. ".repeat(500).getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.isValid(text)).isTrue();
    text[7000] = (byte) 0xff;
    assertThat(Utf8.isValid(text)).isFalse();
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
