// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SocketTypeTest {

  @Test
  void hasSwoolesNumbers() {
    assertThat(Arrays.stream(SocketType.values()).mapToInt(SocketType::number))
        .containsExactly(1, 2, 3, 4, 5, 6, 513, 515, 517);
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketType.class,
      names = {"TCP", "TCP6", "UNIX_STREAM"})
  void addsTlsToStreams(SocketType type) {
    SocketType tls = type.withSsl();

    assertThat(tls.number()).isEqualTo(type.number() | 512);
    assertThat(tls.withSsl()).isSameAs(tls);
    assertThat(tls.isSsl()).isTrue();
    assertThat(type.isSsl()).isFalse();
    assertThat(tls.isStream()).isTrue();
    assertThat(tls.isIpv6()).isEqualTo(type.isIpv6());
    assertThat(tls.isUnix()).isEqualTo(type.isUnix());
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketType.class,
      names = {"UDP", "UDP6", "UNIX_DGRAM"})
  void refusesTlsForDatagrams(SocketType type) {
    assertThat(type.isDatagram()).isTrue();
    assertThat(type.isStream()).isFalse();
    assertThat(type.isSsl()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(type::withSsl)
        .withMessage("type: " + type + " (expected: a stream socket for TLS)");
  }
}
