// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs scripts that use WebSocket libraries of others; tests skip where one is missing. */
final class ForeignClient {
  private static final long LIMIT_SECONDS = 100;

  private ForeignClient() {}

  /** What a script of Debian's Python has printed; it gets the arguments as its own. */
  static String python(String script, Object... arguments) throws IOException {
    return run(List.of("/usr/bin/python3", "-I"), ".py", script, arguments);
  }

  /** What a script of Node.js has printed; it gets the arguments as its own. */
  static String node(String script, Object... arguments) throws IOException {
    return run(List.of("node"), ".js", script, arguments);
  }

  private static String run(List<String> program, String ending, String script, Object... arguments)
      throws IOException {
    Path file = Files.createTempFile("client", ending);
    Path output = Files.createTempFile("client", ".out");
    try {
      Files.writeString(file, script);
      List<String> command = new ArrayList<>(program);
      command.add(file.toString());
      Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
      return run(command, output);
    } finally {
      Files.delete(file);
      Files.delete(output);
    }
  }

  private static String run(List<String> command, Path output) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NODE_PATH", "/usr/share/nodejs");
    Process process;
    try {
      process = builder.redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      assumeTrue(false, "not installed: " + e.getMessage());
      throw e;
    }
    boolean ended;
    try {
      ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output, UTF_8).strip();
    assertThat(ended).as("ended, having printed: %s", text).isTrue();
    if (process.exitValue() != 0) {
      assumeTrue(!isMissing(text), "not installed: " + text);
      throw new AssertionError("exit code: " + process.exitValue() + " (expected: 0), " + text);
    }
    return text;
  }

  private static boolean isMissing(String text) {
    return Stream.of(
            "No module named 'websockets'",
            "No module named 'h2'",
            "No module named 'wsproto'",
            "Cannot find module 'ws'")
        .anyMatch(text::contains);
  }
}
