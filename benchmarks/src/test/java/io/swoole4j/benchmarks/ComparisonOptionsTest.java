// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests {@link ComparisonOptions}. */
class ComparisonOptionsTest {
  @Test
  void defaultsAreThePublishedBenchmark() {
    ComparisonOptions options = ComparisonOptions.parse(List.of());

    assertThat(options.servers())
        .containsExactly(ServerKind.NETTY, ServerKind.BASE, ServerKind.PROCESS);
    assertThat(options.loads()).extracting(LoadSettings::depth).containsExactly(1, 16, 64);
    assertThat(options.loads()).extracting(LoadSettings::connections).containsOnly(64);
    assertThat(options.loads()).extracting(LoadSettings::payload).containsOnly(64);
    assertThat(options.profile()).isFalse();
  }

  @Test
  void httpDefaultsAreTextAtTwoDepthsAndAFile() {
    ComparisonOptions options = ComparisonOptions.parseHttp(List.of());

    assertThat(options.loads())
        .extracting(LoadSettings::label)
        .containsExactly("plaintext, depth 1", "plaintext, depth 16", "file of 1048576 B, depth 1");
    assertThat(ComparisonOptions.parseHttp(List.of("--file-bytes", "0")).loads()).hasSize(2);
    assertThat(ComparisonOptions.parseHttp(List.of("--warmup", "6", "--file-warmup", "40")).loads())
        .extracting(LoadSettings::warmupSeconds)
        .containsExactly(6.0, 6.0, 40.0);
  }

  @Test
  void http2DefaultsAre32Streams() {
    ComparisonOptions options = ComparisonOptions.parseHttp2(List.of());

    assertThat(options.loads()).extracting(LoadSettings::label).containsExactly("http2, depth 32");
    assertThat(ComparisonOptions.parseHttp2(List.of("--frames")).loads())
        .extracting(LoadSettings::workload)
        .containsExactly(Workload.HTTP2_FRAMES);
  }

  @Test
  void webSocketDefaultsAreEchoesStalledClientsAndBroadcasts() {
    ComparisonOptions options = ComparisonOptions.parseWebSocket(List.of());

    assertThat(options.loads())
        .extracting(LoadSettings::label)
        .containsExactly(
            "websocket of 64 B, depth 1",
            "websocket of 64 B, depth 16",
            "stalled of 64 B, depth 1",
            "broadcast of 1024 B to 5000 connections");
    assertThat(options.stalled()).isEqualTo(300);
    assertThat(options.idle()).isEqualTo(5000);
    List<String> echo = List.of("--stalled", "0", "--broadcast", "0", "--depths", "1");
    assertThat(ComparisonOptions.parseWebSocket(echo).loads()).hasSize(1);
  }

  @Test
  void baselineComesFirstWhateverTheOrderNamed() {
    ComparisonOptions options = ComparisonOptions.parse(List.of("--servers", "process,netty"));

    assertThat(options.servers()).containsExactly(ServerKind.NETTY, ServerKind.PROCESS);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> ComparisonOptions.parse(List.of("--depth", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("option: --depth (expected: one of [--client-threads,");
    assertThatThrownBy(() -> ComparisonOptions.parse(List.of("--rounds", "0")))
        .hasMessage("rounds: 0 (expected: 1..1000)");
    assertThatThrownBy(() -> ComparisonOptions.parse(List.of("--servers", "vertx")))
        .hasMessage("server: vertx (expected: one of [netty, base, process])");
    assertThatThrownBy(() -> ComparisonOptions.parse(List.of("--rounds")))
        .hasMessage("--rounds: nothing (expected: a value)");
  }
}
