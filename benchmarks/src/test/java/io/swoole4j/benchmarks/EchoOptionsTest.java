// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests {@link EchoOptions}. */
class EchoOptionsTest {
  @Test
  void defaultsAreThePublishedBenchmark() {
    EchoOptions options = EchoOptions.parse(List.of());

    assertThat(options.servers())
        .containsExactly(ServerKind.NETTY, ServerKind.BASE, ServerKind.PROCESS);
    assertThat(options.depths()).containsExactly(1, 16, 64);
    assertThat(options.load().connections()).isEqualTo(64);
    assertThat(options.load().payload()).isEqualTo(64);
    assertThat(options.profile()).isFalse();
  }

  @Test
  void baselineComesFirstWhateverTheOrderNamed() {
    EchoOptions options = EchoOptions.parse(List.of("--servers", "process,netty"));

    assertThat(options.servers()).containsExactly(ServerKind.NETTY, ServerKind.PROCESS);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> EchoOptions.parse(List.of("--depth", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("option: --depth (expected: one of [--client-threads,");
    assertThatThrownBy(() -> EchoOptions.parse(List.of("--rounds", "0")))
        .hasMessage("rounds: 0 (expected: 1..1000)");
    assertThatThrownBy(() -> EchoOptions.parse(List.of("--servers", "vertx")))
        .hasMessage("server: vertx (expected: one of [netty, base, process])");
    assertThatThrownBy(() -> EchoOptions.parse(List.of("--rounds")))
        .hasMessage("--rounds: nothing (expected: a value)");
  }
}
