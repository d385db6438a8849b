// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingRegistry;
import io.swoole4j.setting.Settings;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What core answers about the settings of HTTP and WebSocket when these are not there. */
final class MissingArtifactTest {
  private final SettingRegistry core = SettingRegistry.of(Settings.all());

  static Stream<Arguments> settings() {
    return Stream.concat(
        HttpSettings.all().stream().map(setting -> Arguments.of(setting, "swoole-http")),
        WebSocketSettings.all().stream().map(setting -> Arguments.of(setting, "swoole-websocket")));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void isNamedForEveryNameOfItsSettings(Setting<?> setting, String artifact) {
    List<String> names =
        Stream.concat(Stream.of(setting.name()), setting.aliases().stream()).toList();

    assertThat(names)
        .allSatisfy(
            name ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> core.find(name))
                    .withMessageContaining("(expected: the artifact io.swoole4j:%s)", artifact));
  }
}
