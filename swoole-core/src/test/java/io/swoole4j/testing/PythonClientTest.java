// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PythonClientTest {

  @Test
  void returnsOutputOfScriptThatGetsItsArguments() {
    PythonClient.Result result =
        PythonClient.run(
            """
            import sys
            print(sys.argv[1] + "-" + sys.argv[2])
            print("trouble \\u00e4", file=sys.stderr)
            sys.exit(3)
            """,
            "ü",
            9501);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.stdout()).isEqualTo("ü-9501\n");
    assertThat(result.stderr()).isEqualTo("trouble ä\n");
    assertThatThrownBy(result::requireSuccess)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("exit code: 3 (expected: 0), stderr: trouble");
    assertThat(PythonClient.run("print(6 * 7)").requireSuccess()).isEqualTo("42");
  }

  @Test
  void takesMoreOutputThanPipeHolds() {
    assertThat(PythonClient.run("print('x' * 1000000)").requireSuccess()).hasSize(1_000_000);
  }

  @Test
  void killsScriptAtLimitAndTellsWhatItPrinted() {
    Duration limit = Duration.ofSeconds(1);
    String script = "import time; print('so far', flush=True); time.sleep(60)";

    assertThatThrownBy(() -> PythonClient.run(limit, script))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("still running after PT1S")
        .hasMessageContaining("so far");
  }

  @Test
  void failsClearlyWithoutPython() {
    assertThatThrownBy(
            () -> PythonClient.execute("no-such-python", Duration.ofSeconds(1), "print()"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no-such-python: cannot be run (expected: Python 3 is installed");
  }
}
