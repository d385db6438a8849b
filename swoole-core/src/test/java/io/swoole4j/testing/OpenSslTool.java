// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Runs the command-line program {@code openssl}; tests skip where it is missing. */
public final class OpenSslTool {
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

  /** What it prints, errors included; fails unless it ends well within a minute. */
  public static String run(Object... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return ClientCommand.run(command, UTF_8);
  }
}
