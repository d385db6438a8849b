// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a client of the command line; tests skip where it is missing. */
final class ClientProgram {
  private static final int LIMIT_SECONDS = 30;

  private ClientProgram() {}

  /** Skips the test unless the program is there and knows HTTP/2. */
  static void assume(String program) {
    String version;
    try {
      version = run(List.of(program, "--version"));
    } catch (AssertionError | UncheckedIOException e) {
      version = "";
    }
    Assumptions.assumeTrue(
        program.equals("curl") ? version.contains("HTTP2") : version.contains("nghttp2"),
        program + " with HTTP/2 is not installed");
  }

  /** What it prints, errors included; fails unless it ends well within 30 seconds. */
  static String run(List<String> command) {
    try {
      Path output = Files.createTempFile("client", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, ISO_8859_1);
        if (!ended || process.exitValue() != 0) {
          throw new AssertionError(command + ": failed (expected: exit code 0): " + text);
        }
        return text;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
