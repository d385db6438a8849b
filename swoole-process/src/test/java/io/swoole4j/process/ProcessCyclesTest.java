// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many starts and ends; 10,000 of them with the Maven profile {@code soak}. */
class ProcessCyclesTest {
  private static final int CYCLES = Integer.getInteger("swoole4j.cycles", 40);

  private static Set<String> temporaryFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("jna") || name.startsWith("hsperfdata"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static long childrenOfThisProcess() {
    return ProcessHandle.current().children().count();
  }

  @Test
  @Timeout(14_000)
  void leaveNoZombieNoDescriptorAndNoFile() throws Exception {
    Descriptors before = Descriptors.snapshot();
    Set<String> files = temporaryFiles();
    long children = childrenOfThisProcess();

    for (int i = 0; i < CYCLES; i++) {
      int code = i & 0x7f;
      SwooleProcess process =
          new SwooleProcess(child -> child.exit(code)).jvmOptions("-XX:TieredStopAtLevel=1");
      assertThat(process.start()).isPositive();
      assertThat(SwooleProcess.wait(true)).contains(new ExitStatus(process.pid(), code, 0));
      process.close();
    }

    assertThat(childrenOfThisProcess()).isEqualTo(children);
    before.awaitNothingOpenedSince();
    assertThat(temporaryFiles()).isEqualTo(files);
  }
}
