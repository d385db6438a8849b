// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {

  @Test
  void writesOneRowPerSetting() {
    assertThat(SettingsReference.toMarkdown(Settings.all()).lines())
        .hasSize(2 + Settings.all().size());
  }

  @Test
  void writesNumbersOfTheMachineAsSymbols() {
    var machineDependent =
        List.of(Settings.REACTOR_NUM, Settings.WORKER_NUM, Settings.MAX_CONNECTION);

    assertThat(SettingsReference.toMarkdown(machineDependent))
        .isEqualTo(
            """
            | name | aliases | scope | type | range | default | meaning |
            |---|---|---|---|---|---|---|
            | `reactor_num` |  | server | integer | 1..4 × CPU | min(CPU, 8) | Reactor threads, \
            which read, frame and write; PROCESS mode only |
            | `worker_num` |  | server | integer | 1..1000 × CPU | CPU | Workers, which run the \
            callbacks; in BASE mode 1 until set |
            | `max_connection` | `max_conn` | server | integer | 1..1048576 | min(100000, \
            open-file limit) | Simultaneous connections; further ones are refused |
            """);
  }

  @Test
  void writesUnitsAndReadableSizes() {
    assertThat(SettingsReference.toMarkdown(List.of(Settings.SOCKET_BUFFER_SIZE)))
        .contains("| port | size | 1..2147483647 | 2M | ")
        .endsWith("fails with 1008 (bytes) |\n");
  }

  @Test
  void escapesWhatMarkdownWouldTakeForItself() {
    assertThat(SettingsReference.toMarkdown(List.of(Settings.OPEN_EOF_CHECK)))
        .contains("| true\\|false |");
    assertThat(SettingsReference.toMarkdown(List.of(Settings.PACKAGE_EOF)))
        .contains("| \"\\\\r\\\\n\\\\r\\\\n\" |");
  }
}
