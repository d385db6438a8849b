// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs the command-line program {@code openssl}; tests skip where it is missing. */
public final class OpenSslTool {
  private static final int LIMIT_SECONDS = 30;

  private OpenSslTool() {}

  /** Skips the test unless the program is there. */
  public static void assumePresent() {
    boolean present;
    try {
      Process process = new ProcessBuilder("openssl", "version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      present = process.waitFor() == 0;
    } catch (IOException e) {
      present = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    Assumptions.assumeTrue(present, "openssl is not installed");
  }

  /** What it prints, errors included; fails unless it ends well within 30 seconds. */
  public static String run(Object... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    try {
      Path output = Files.createTempFile("openssl", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, UTF_8);
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
