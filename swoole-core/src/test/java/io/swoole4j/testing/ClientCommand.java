// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a client of the command line to its end. */
public final class ClientCommand {
  private static final int LIMIT_SECONDS = 60;

  private ClientCommand() {}

  /** What it prints, errors included; fails unless it ends well within a minute. */
  public static String run(List<String> command, Charset charset) {
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
        String text = Files.readString(output, charset);
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
