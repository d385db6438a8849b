// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.swoole4j.testing.ClientCommand;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Runs a client of the command line; tests skip where it is missing. */
final class ClientProgram {
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
    return ClientCommand.run(command, ISO_8859_1);
  }
}
