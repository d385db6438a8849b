// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a python3 script of the standard library against a server: a client in another language.
 *
 * <p>Python is required: without it the test fails, it is not skipped.
 */
public final class PythonClient {

  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);
  private static final String DEFAULT_EXECUTABLE = "python3";

  private PythonClient() {}

  /** Runs a script with {@code sys.argv[1:]} set to the arguments, for at most a minute. */
  public static Result run(String script, Object... arguments) {
    return execute(DEFAULT_EXECUTABLE, DEFAULT_LIMIT, script, arguments);
  }

  /** Runs a script with {@code sys.argv[1:]} set to the arguments; kills it at the limit. */
  public static Result run(Duration limit, String script, Object... arguments) {
    return execute(DEFAULT_EXECUTABLE, limit, script, arguments);
  }

  static Result execute(String executable, Duration limit, String script, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(executable, "-I", "-X", "utf8", "-c", script));
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    try {
      Path directory = Files.createTempDirectory("python-client");
      Path output = directory.resolve("stdout");
      Path errors = directory.resolve("stderr");
      try {
        Process process = start(executable, command, output.toFile(), errors.toFile());
        boolean ended = awaitEnd(process, limit);
        String stdout = Files.readString(output, UTF_8);
        String stderr = Files.readString(errors, UTF_8);
        if (!ended) {
          throw new AssertionError(
              "script: still running after "
                  + limit
                  + " (expected: ended), stdout: "
                  + stdout
                  + ", stderr: "
                  + stderr);
        }
        return new Result(process.exitValue(), stdout, stderr);
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Output goes to files, as pipes would need a thread each to be emptied. */
  private static Process start(String executable, List<String> command, File output, File errors)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(output).redirectError(errors);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError(
          executable + ": cannot be run (expected: Python 3 is installed, the tests need it)", e);
    }
    process.getOutputStream().close();
    return process;
  }

  private static boolean awaitEnd(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the script was running", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * How a script ended.
   *
   * @param exitCode 0 for success, 1 for an uncaught exception, or what it gave to {@code sys.exit}
   * @param stdout all it printed
   * @param stderr all it printed to standard error, tracebacks among it
   */
  public record Result(int exitCode, String stdout, String stderr) {

    /** Returns what the script printed, without white space at the ends; fails unless exit 0. */
    public String requireSuccess() {
      if (exitCode != 0) {
        throw new AssertionError("exit code: " + exitCode + " (expected: 0), stderr: " + stderr);
      }
      return stdout.strip();
    }
  }
}
