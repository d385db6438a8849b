// SPDX-License-Identifier: Apache-2.0
package io.swoole4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What belongs to no server. */
class SwooleTest {

  @Test
  void versionIsThatOfTheBuild() throws IOException {
    Path pom = Path.of("pom.xml");
    Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(pom));

    assertThat(version.find()).isTrue();
    assertThat(Swoole.version()).isEqualTo(version.group(1));
  }

  @Test
  void countsProcessors() {
    assertThat(Swoole.cpuNum()).isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @CsvSource({
    "0, Success",
    "2, No such file or directory",
    "13, Permission denied",
    "41, Unknown error 41",
    "98, Address already in use",
    "104, Connection reset by peer",
    "133, Memory page has hardware error",
    "134, Unknown error 134",
    "-1, Unknown error -1",
    "499, Unknown error 499",
    "1099, Unknown error 1099"
  })
  void strerrorTellsNumbersOfTheSystem(int code, String text) {
    assertThat(Swoole.strerror(code)).isEqualTo(text);
  }

  @Test
  void strerrorTellsNumbersOfSwoole() {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.code() >= 500) {
        assertThat(Swoole.strerror(code.code())).isEqualTo(code.message());
      }
    }
  }
}
