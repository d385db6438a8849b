// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A JVM of its own that runs the main method of a test class, its error output mixed into its
 * output.
 */
public final class ChildJvm implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
  }

  /** Starts one; its arguments are the texts of these. */
  public static ChildJvm start(Class<?> main, Object... arguments) throws IOException {
    return start(command(main, arguments));
  }

  /** Starts one with more options of the JVM. */
  public static ChildJvm startWithOptions(List<String> options, Class<?> main, Object... arguments)
      throws IOException {
    List<String> command = command(main, arguments);
    command.addAll(1, options);
    return start(command);
  }

  /** Starts one that may have so many descriptors open. */
  public static ChildJvm startWithDescriptors(int limit, Class<?> main, Object... arguments)
      throws IOException {
    String limited = "ulimit -n " + limit + " && exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", limited, "sh"));
    command.addAll(command(main, arguments));
    return start(command);
  }

  private static ChildJvm start(List<String> command) throws IOException {
    return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** What starts one. */
  public static List<String> command(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classPath()));
    if (Runtime.version().feature() >= 24) {
      // Without them a newer JVM warns on the console that Netty uses native code.
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add(main.getName());
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    return command;
  }

  private static String classPath() {
    return ChildJvm.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(URL::getPath)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** Waits for a line; the test's own limit bounds the wait. */
  public String awaitLine(String prefix) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length());
      }
    }
    throw new AssertionError("output: " + lines + " (expected: a line that begins " + prefix + ")");
  }

  /** Waits for a line with some text in it; the test's own limit bounds the wait. */
  public String awaitLineWith(String text) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("output: " + lines + " (expected: a line with " + text + ")");
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Sends SIGTERM; the process itself would close its output as well. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Sends the signal of that name. */
  public void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new AssertionError("process " + pid + ": gone (expected: to take " + name + ")");
    }
  }

  /** Waits for the end and returns all lines that were printed and the exit code behind them. */
  public List<String> awaitEnd() throws IOException, InterruptedException {
    output.lines().forEach(lines::add);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process: running after its output ended (expected: an exit)");
    }
    lines.add("exit " + process.exitValue());
    return List.copyOf(lines);
  }

  /** Ends it with signal KILL, and waits for that. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    output.close();
  }
}
