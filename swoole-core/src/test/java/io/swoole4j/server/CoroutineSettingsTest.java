// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoroutineSettingsTest {
  @ParameterizedTest
  @EnumSource(ServerMode.class)
  @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "this JDK has virtual threads")
  void refusesToStartWithoutVirtualThreads(ServerMode mode) {
    Server server = new Server("127.0.0.1", 0, mode, SocketType.TCP);
    server.set(Settings.ENABLE_COROUTINE, true);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enable_coroutine: true (expected: JDK 21 or newer)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 10_000_001})
  void refusesLimitsThatAreNone(int max) {
    Server server = new Server("127.0.0.1", 0);

    assertThatThrownBy(() -> server.set(Settings.MAX_COROUTINE, max))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max_coroutine: " + max + " (expected: 1..10000000)");
  }

  @Test
  void knowsTheOtherNameOfTheLimit() {
    Server server = new Server("127.0.0.1", 0);

    server.set(Map.of("max_coro_num", 7));

    assertThat(server.setting(Settings.MAX_COROUTINE)).isEqualTo(7);
  }
}
