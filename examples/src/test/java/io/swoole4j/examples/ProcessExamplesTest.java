// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

/** Each example of processes, run by its name to its end. */
@EnabledOnOs(LINUX)
final class ProcessExamplesTest {

  private static String run(String example) {
    try (ExampleProcess program = ExampleProcess.run(example)) {
      assertThat(program.awaitExit()).as("%s", program).isZero();
      assertThat(program.stderr()).isEmpty();
      return program.stdout();
    }
  }

  @Test
  void processPipeTalksWithItsChild() {
    assertThat(run("process-pipe").lines())
        .containsExactly(
            "child says: hello ONE",
            "child says: hello TWO",
            "child says: hello THREE",
            "child ended with code 3, signal 0");
  }

  @Test
  void processExecTalksWithPrograms() {
    assertThat(run("process-exec").lines()).containsExactly("cat: meow", "python: 42");
  }

  @Test
  void processPoolDoesEveryJobOnce() {
    String output = run("process-pool");

    assertThat(output.lines().filter(line -> line.contains(" does ")))
        .extracting(line -> line.substring(line.indexOf("job")))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 10).mapToObj(i -> "job " + i).toList());
    assertThat(output.lines()).contains("worker 0 stops", "worker 1 stops");
  }
}
