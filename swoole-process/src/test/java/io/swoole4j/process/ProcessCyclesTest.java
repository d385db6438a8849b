// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.Descriptors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many starts and ends: 200, 10,000 with the Maven profile {@code soak}, and as many as {@code
 * -Dswoole4j.cycles} says.
 */
class ProcessCyclesTest {
  /** Children at a time, which keep a few processors busy. */
  private static final int PARALLEL = 4;

  private static final int CYCLES = Integer.getInteger("swoole4j.cycles", 200);

  private static Set<Long> childrenOfThisProcess() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  /** What the monitors of JVMs find them by; those of others that run now do not count. */
  private static List<Path> performanceDataOf(Set<Integer> pids) throws IOException {
    List<Path> left = new ArrayList<>();
    try (DirectoryStream<Path> users = Files.newDirectoryStream(Path.of("/tmp"), "hsperfdata_*")) {
      for (Path user : users) {
        for (int pid : pids) {
          Path file = user.resolve(String.valueOf(pid));
          if (Files.exists(file) && !Ends.exists(pid) && Files.exists(file)) {
            left.add(file);
          }
        }
      }
    }
    return left;
  }

  @Test
  @Timeout(14_000)
  void leaveNoZombieNoDescriptorAndNoFile(@TempDir Path temporary) throws Exception {
    Descriptors before = Descriptors.snapshot();
    Set<Long> children = childrenOfThisProcess();

    // process ids come again when there were many
    Queue<ExitStatus> expected = new ConcurrentLinkedQueue<>();
    Queue<ExitStatus> ended = new ConcurrentLinkedQueue<>();
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
                          .jvmOptions("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary);
                  expected.add(new ExitStatus(process.start(), code, 0));
                  // of whichever child it is
                  ended.add(SwooleProcess.wait(true).orElseThrow());
                  process.close();
                }));
      }
      for (Future<?> cycle : cycles) {
        cycle.get(2, TimeUnit.MINUTES);
      }
    } finally {
      starters.shutdownNow();
    }

    assertThat(sorted(ended)).isEqualTo(sorted(expected)).hasSize(CYCLES);
    // children of earlier tests may have ended meanwhile
    assertThat(childrenOfThisProcess()).isSubsetOf(children);
    before.awaitNothingOpenedSince(Ends.LIMIT);
    assertThat(temporary).isEmptyDirectory();
    assertThat(performanceDataOf(ended.stream().map(ExitStatus::pid).collect(Collectors.toSet())))
        .isEmpty();
  }

  private static List<ExitStatus> sorted(Collection<ExitStatus> ends) {
    return ends.stream()
        .sorted(Comparator.comparingInt(ExitStatus::pid).thenComparingInt(ExitStatus::code))
        .toList();
  }
}
