// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {

  @ParameterizedTest
  @CsvSource({
    "1001, SESSION_CLOSED_BY_SERVER",
    "1002, SESSION_CLOSED_BY_CLIENT",
    "1003, SESSION_CLOSING",
    "1004, SESSION_CLOSED",
    "1005, SESSION_NOT_EXIST",
    "1007, SESSION_DISCARD_TIMEOUT_DATA",
    "1008, OUTPUT_BUFFER_FULL",
    "1202, OUTPUT_TOO_LARGE",
    "9007, NO_IDLE_WORKER"
  })
  void knowsEveryCodeOfTheNotes(int number, ErrorCode code) {
    assertThat(ErrorCode.of(number)).contains(code);
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsOwnNumber(ErrorCode code) {
    assertThat(ErrorCode.of(code.code())).contains(code);
  }

  @ParameterizedTest
  @EnumSource
  void describesItselfInLowerCaseWithoutFullStop(ErrorCode code) {
    assertThat(code.message().replaceAll("SSL|TLS|WebSocket", "")).isNotBlank().isLowerCase();
    assertThat(code.message()).doesNotEndWith(".");
  }

  @Test
  void hasEveryNumberOnce() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void doesNotInventAnErrorForAnotherNumber(int number) {
    assertThat(ErrorCode.of(number)).isEmpty();
  }
}
