// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a client of the command line to its end. */
public final class ClientCommand {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private ClientCommand() {}

  /**
   * A client that has ended.
   *
   * @param exitCode 0 if it says that all went well
   * @param output what it has printed, errors included
   */
  public record Ended(int exitCode, String output) {}

  /** What it prints, errors included; fails unless it ends well within a minute. */
  public static String run(List<String> command, Charset charset) {
    Ended ended = end(command, charset, LIMIT);
    if (ended.exitCode() != 0) {
      throw new AssertionError(command + ": failed (expected: exit code 0): " + ended.output());
    }
    return ended.output();
  }

  /** Waits for its end; fails if that takes longer than so long. */
  public static Ended end(List<String> command, Charset charset, Duration limit) {
    try {
      Path output = Files.createTempFile("client", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, charset);
        if (!ended) {
          throw new AssertionError(command + ": still running: " + text);
        }
        return new Ended(process.exitValue(), text);
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
