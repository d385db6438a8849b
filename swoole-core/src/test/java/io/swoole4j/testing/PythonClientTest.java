// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
    String script = "import time; print('so far', flush=True); time.sleep(600)";
    String told = "";

    // A machine that is busy may need longer than the limit to begin with the script.
    for (int seconds = 1; !told.contains("so far"); seconds *= 3) {
      Duration limit = Duration.ofSeconds(seconds);
      AssertionError failure =
          catchThrowableOfType(AssertionError.class, () -> PythonClient.run(limit, script));
      assertThat(failure).hasMessageContaining("still running after " + limit);
      assertThat(seconds).as("nothing printed within").isLessThan(30);
      told = failure.getMessage();
    }
  }

  @Test
  void failsClearlyWithoutPython() {
    assertThatThrownBy(
            () -> PythonClient.execute("no-such-python", Duration.ofSeconds(1), "print()"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no-such-python: cannot be run (expected: Python 3 is installed");
  }
}
