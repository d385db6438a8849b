// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the command lines of external load clients. */
class LoadRunnerTest {
  private static final LoadSettings LOAD = new LoadSettings(Workload.ECHO, 64, 32, 16, 2, 1, 3);

  @Test
  void fillsPlaceholdersIn() {
    assertThat(LoadRunner.externalCommand("load {host} -p={port} {depth}", 9501, LOAD))
        .containsExactly("load", "127.0.0.1", "-p=9501", "16");
  }

  @Test
  void appendsTheUsualArgumentsToACommandWithoutPlaceholders() {
    assertThat(String.join(" ", LoadRunner.externalCommand("load -P length", 9501, LOAD)))
        .isEqualTo("load -P length -t 2 -c 64 -p 16 -s 32 -d 3.0 -w 1.0 -j 127.0.0.1:9501");
  }
}
