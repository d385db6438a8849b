// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The examples' program in a JVM of its own, with the class path that its users have. Its output
 * goes to files, so that nobody has to empty pipes.
 */
final class ExampleProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern WHERE =
      Pattern.compile("([a-z0-9-]+) listening on (\\S+):([0-9]+) \\((base|process) mode\\)");

  /**
   * Becomes the command given. A build in the background ignores INT, its children inherit that,
   * and a JVM respects it: so signals are put back to what they are on a terminal.
   */
  private static final String WITH_DEFAULT_SIGNALS =
      """
      import os, signal, sys
      for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
          signal.signal(number, signal.SIG_DFL)
      os.execv(sys.argv[1], sys.argv[1:])
      """;

  private final Path directory;
  private final Process process;

  private ExampleProcess(Path directory, List<String> java) {
    this.directory = directory;
    List<String> command = new ArrayList<>(List.of("python3", "-I", "-c", WITH_DEFAULT_SIGNALS));
    command.addAll(java);
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(file("stdout").toFile())
              .redirectError(file("stderr").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the built classes. */
  static ExampleProcess run(String... arguments) {
    return runIn("-Xmx512m", arguments);
  }

  /** Runs the built classes in a heap of that size, an option of Java. */
  static ExampleProcess runIn(String heap, String... arguments) {
    return of(List.of(heap, "-cp", classPath(), Main.class.getName()), arguments);
  }

  /** Runs the runnable jar. */
  static ExampleProcess runJar(Path jar, String... arguments) {
    return of(List.of("-Xmx512m", "-jar", jar.toString()), arguments);
  }

  private static ExampleProcess of(List<String> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What the build gives to a newer JDK so that it does not warn about Netty's native code.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.matches("--enable-native-access.*|--sun-misc-unsafe.*"))
        .forEach(command::add);
    command.addAll(program);
    command.addAll(List.of(arguments));
    try {
      return new ExampleProcess(Files.createTempDirectory("example"), command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without tests, whose logback-test.xml would win over the examples' logback.xml. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.matches(".*[/\\\\](test-classes[/\\\\]?|[^/\\\\]*-tests\\.jar)"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits until it has printed where it listens. */
  ExampleProcess awaitListening() {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !process.isAlive() || where().isPresent());
    requireWhere();
    return this;
  }

  private Optional<MatchResult> where() {
    return WHERE.matcher(stdout() + stderr()).results().findFirst();
  }

  private MatchResult requireWhere() {
    return where().orElseThrow(() -> new AssertionError("does not listen: " + this));
  }

  /** The line that says where it listens. */
  String listeningLine() {
    return requireWhere().group();
  }

  int port() {
    return Integer.parseInt(requireWhere().group(3));
  }

  /** Sends a signal, such as {@code INT}. */
  ExampleProcess signal(String name) {
    try {
      Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
      if (!kill.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("kill -" + name + ": failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return this;
  }

  /** Waits for its end, which has to come within the limit, and returns its exit code. */
  int awaitExit() {
    try {
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + LIMIT + ": " + this);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  String stdout() {
    return read(file("stdout"));
  }

  String stderr() {
    return read(file("stderr"));
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /** As far as it has been written: what is read may end within a character. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    process.destroyForcibly();
    awaitExit();
    try {
      Files.delete(file("stdout"));
      Files.delete(file("stderr"));
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "stdout: " + stdout() + ", stderr: " + stderr();
  }
}
