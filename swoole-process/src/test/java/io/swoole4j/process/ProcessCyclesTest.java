// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many starts and ends: 200, 10,000 with the Maven profile {@code soak}, and as many as {@code
 * -Dswoole4j.cycles} says.
 */
class ProcessCyclesTest {
  /** Children at a time, which keep a few processors busy. */
  private static final int PARALLEL = 4;

  private static final int CYCLES = Integer.getInteger("swoole4j.cycles", 200);

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

    Map<Integer, Integer> expected = new ConcurrentHashMap<>();
    Map<Integer, Integer> ended = new ConcurrentHashMap<>();
    ExecutorService starters = Executors.newFixedThreadPool(PARALLEL);
    try {
      List<Future<?>> cycles = new ArrayList<>();
      for (int i = 0; i < CYCLES; i++) {
        int code = i & 0x7f;
        cycles.add(
            starters.submit(
                () -> {
                  SwooleProcess process =
                      new SwooleProcess(child -> child.exit(code))
                          .jvmOptions("-XX:TieredStopAtLevel=1");
                  expected.put(process.start(), code);
                  // of whichever child it is
                  ExitStatus end = SwooleProcess.wait(true).orElseThrow();
                  ended.put(end.pid(), end.code());
                  process.close();
                }));
      }
      for (Future<?> cycle : cycles) {
        cycle.get();
      }
    } finally {
      starters.shutdownNow();
    }

    assertThat(ended).isEqualTo(expected).hasSize(CYCLES);
    assertThat(childrenOfThisProcess()).isEqualTo(children);
    before.awaitNothingOpenedSince();
    assertThat(temporaryFiles()).isEqualTo(files);
  }
}
