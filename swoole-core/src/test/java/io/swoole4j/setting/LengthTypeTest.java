// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthTypeTest {

  @ParameterizedTest
  @CsvSource({
    "c, 1, true, BIG_ENDIAN",
    "C, 1, false, BIG_ENDIAN",
    "s, 2, true, host",
    "S, 2, false, host",
    "n, 2, false, BIG_ENDIAN",
    "N, 4, false, BIG_ENDIAN",
    "l, 4, true, host",
    "L, 4, false, host",
    "v, 2, false, LITTLE_ENDIAN",
    "V, 4, false, LITTLE_ENDIAN",
    "i, 4, true, host",
    "I, 4, false, host",
    "q, 8, true, host",
    "Q, 8, false, host",
    "J, 8, false, BIG_ENDIAN",
    "P, 8, false, LITTLE_ENDIAN",
  })
  void hasTheWidthSignAndOrderOfItsLetter(char letter, int width, boolean signed, String order) {
    LengthType type = LengthType.of(letter).orElseThrow();

    assertThat(type.code()).isEqualTo(letter);
    assertThat(type.width()).isEqualTo(width);
    assertThat(type.signed()).isEqualTo(signed);
    assertThat(type.byteOrder())
        .hasToString(order.equals("host") ? ByteOrder.nativeOrder().toString() : order);
  }

  @Test
  void comesInSixteenKinds() {
    assertThat(LengthType.values()).hasSize(16);
  }

  @ParameterizedTest
  @EnumSource
  void isAcceptedAsConstantLetterAndName(LengthType type) {
    assertThat(Settings.PACKAGE_LENGTH_TYPE.coerce(type)).isEqualTo(type);
    assertThat(Settings.PACKAGE_LENGTH_TYPE.coerce(type.code())).isEqualTo(type);
    assertThat(Settings.PACKAGE_LENGTH_TYPE.coerce(Character.toString(type.code())))
        .isEqualTo(type);
    assertThat(Settings.PACKAGE_LENGTH_TYPE.coerce(type.name())).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "j", "x", "NN", "0", "n "})
  void refusesOtherLettersNamingThoseThatExist(String letters) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.PACKAGE_LENGTH_TYPE.coerce(letters))
        .withMessageContaining("package_length_type: ")
        .withMessageContaining("(expected: c INT8, C UINT8, s INT16_HOST, ");
  }

  @Test
  void knowsNoOtherLetter() {
    assertThat(LengthType.of('j')).isEmpty();
  }
}
