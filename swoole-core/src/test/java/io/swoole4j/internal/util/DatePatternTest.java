// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates are written as strftime writes them. */
class DatePatternTest {

  private static final ZonedDateTime TIME =
      ZonedDateTime.of(2026, 9, 6, 3, 4, 5, 0, ZoneId.of("UTC"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%F %T              | 2026-09-06 03:04:05",
        "%Y/%m/%d-%H:%M:%S  | 2026/09/06-03:04:05",
        "%d.%m.%y at %I %p  | 06.09.26 at 03 AM",
        "%a %A %b %B %h     | Sun Sunday Sep September Sep",
        "%e day %j           | ' 6 day 249'",
        "%D %R %r           | 09/06/26 03:04 03:04:05 AM",
        "%s %u %z           | 1788663845 7 +0000",
        "%c                 | Sun Sep  6 03:04:05 2026",
        "100%% 'of' it      | 100% 'of' it",
      })
  void knowsTheConversionsOfStrftime(String format, String expected) {
    assertThat(DatePattern.of(format).format(TIME)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%Q", "100%", "%F\n%T", "%"})
  void refusesWhatItCannotRead(String format) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatePattern.of(format))
        .withMessageStartingWith("log_date_format: ")
        .withMessageEndingWith("(expected: conversions of strftime)");
  }
}
