// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** What tests ask of children. */
final class Ends {
  private static final double LIMIT_SECONDS = 30;

  private Ends() {}

  /** Starts a process whose pipe waits for 30 seconds at most. */
  static SwooleProcess started(SwooleProcess process) {
    assertThat(process.start()).isPositive();
    if (process.pipeType() != PipeType.NONE) {
      process.setTimeout(LIMIT_SECONDS);
    }
    return process;
  }

  /** The next message as text. */
  static String read(SwooleProcess process) {
    return process
        .read()
        .map(bytes -> new String(bytes, UTF_8))
        .orElseThrow(() -> new AssertionError("errno " + SwooleProcess.getLastError()));
  }

  /** Waits for the end of a process that is the only one. */
  static ExitStatus end(SwooleProcess process) {
    ExitStatus status = SwooleProcess.wait(true).orElseThrow();
    assertThat(status.pid()).isEqualTo(process.pid());
    process.close();
    return status;
  }

  static ExitStatus ended(SwooleProcess process, int code, int signal) {
    return new ExitStatus(process.pid(), code, signal);
  }

  /** Whether there is a process, be it a zombie. */
  static boolean exists(long pid) {
    return Files.exists(Path.of("/proc/" + pid));
  }
}
