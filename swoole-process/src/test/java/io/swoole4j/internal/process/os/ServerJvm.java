// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.testing.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link ServiceServer} in a JVM of its own, its error output mixed into its output. */
final class ServerJvm implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  ServerJvm(String... arguments) throws IOException {
    this(List.of(), arguments);
  }

  /** With more options of the JVM. */
  ServerJvm(List<String> options, String... arguments) throws IOException {
    List<String> command = command(arguments);
    command.addAll(1, options);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    output = process.inputReader(UTF_8);
  }

  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    if (Runtime.version().feature() >= 24) {
      // Without them a newer JVM warns on the console that native code is used.
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ServiceServer.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  long pid() {
    return process.pid();
  }

  /** Waits for a line; the test's own limit bounds the wait. */
  String awaitLine(String prefix) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length());
      }
    }
    throw new AssertionError("output: " + lines + " (expected: a line that begins " + prefix + ")");
  }

  /** The port it listens on. */
  int port() throws IOException {
    return Integer.parseInt(awaitLine("ready ").split(" ", -1)[0]);
  }

  /** Asks it something on a connection of its own. */
  static String ask(int port, String question) {
    try (RawClient client = RawClient.to("127.0.0.1", port).timeout(LIMIT).connect()) {
      return client.send(question).readUntil("\n").strip();
    }
  }

  /** Everything that it printed, and its exit code behind that. */
  List<String> awaitEnd() throws IOException, InterruptedException {
    output.lines().forEach(lines::add);
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("process: running after its output ended (expected: an exit)");
    }
    lines.add("exit " + process.exitValue());
    return List.copyOf(lines);
  }

  /** Ends it with signal KILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    output.close();
  }
}
