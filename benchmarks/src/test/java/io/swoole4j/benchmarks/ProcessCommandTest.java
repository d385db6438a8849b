// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests {@link ProcessCommand} with real children. */
class ProcessCommandTest {
  @Test
  void measuresStartsPipesAndQueues() {
    String table = ProcessCommand.run(List.of("--rounds", "1", "--starts", "1", "--trips", "50"));

    assertThat(table.lines().map(line -> line.split("\\|", -1)[1].strip()).skip(2))
        .containsExactly(
            "start to first byte, ms",
            "stream pipe, round trips a second",
            "stream pipe, messages a second",
            "datagram pipe, round trips a second",
            "datagram pipe, messages a second",
            "queue, messages a second");
    assertThat(table).doesNotContain(" 0 [").doesNotContain(" 0.0 [");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> ProcessCommand.run(List.of("--payload", "8193")))
        .isInstanceOf(UsageException.class)
        .hasMessage("payload: 8193 (expected: 1..8192)");
  }
}
