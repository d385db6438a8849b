// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Setting;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No setting of HTTP and WebSocket takes a value that makes no sense. */
class BadSettingsTest {
  private static final List<@Nullable Object> BAD =
      Arrays.asList(
          null,
          -3,
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          BigInteger.TEN.pow(40),
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          Locale.ROOT,
          Map.of(1, "a"),
          new Object[] {"a", null});

  static Stream<Setting<?>> settings() {
    return Stream.of(
            HttpSettings.all(), WebSocketSettings.all(), List.<Setting<?>>of(Server.DISPATCH_FUNC))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void areRefusedByNameAndChangeNothing(Setting<?> setting) {
    Server server = new WebSocketServer("127.0.0.1", 0);
    Map<String, Object> before = Map.copyOf(server.setting());
    for (Object bad : BAD) {
      assertThatIllegalArgumentException()
          .as("%s", bad)
          .isThrownBy(() -> server.set(Collections.singletonMap(setting.name(), bad)))
          .withMessageStartingWith(setting.name() + ": ")
          .withMessageEndingWith("(expected: " + setting.expected() + ")");
    }
    assertThat(server.setting()).isEqualTo(before);
  }
}
