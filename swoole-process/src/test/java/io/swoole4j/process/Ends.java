// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What tests ask of children. */
final class Ends {
  /** What children may take that have to start on a machine that is busy. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  /** The same for pipes. */
  static final double LIMIT_SECONDS = 60;

  private Ends() {}

  /** Starts a process whose pipe waits for a minute at most. */
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

  /** Whether a process that somebody else has to wait for has not ended. */
  static boolean runs(long pid) {
    try {
      String state = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return state.charAt(state.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }
}
