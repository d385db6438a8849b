// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.error.PortBindException;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The entry of the examples' jar: starts one of them, or lists them when none is named. */
public final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final List<String> HELP = List.of("--help", "-h");
  private static final String USAGE =
      """
      usage: java -jar swoole4j-examples.jar EXAMPLE [--port N] [--host H] [--mode base|process] \
      [--SETTING VALUE]...
             java -jar swoole4j-examples.jar --help   lists the settings
      """;

  /** Longer than a shutdown takes with the default max_wait_time. */
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(30);

  private Main() {}

  /**
   * Runs an example until it is told to end by Ctrl-C or signal TERM.
   *
   * <p>The JVM's exit status is 0 after a graceful end, 130 after Ctrl-C, 1 when the server could
   * not be started and 2 when the command line is not understood.
   *
   * @param arguments the example's name and its options
   */
  public static void main(String[] arguments) {
    int status = run(List.of(arguments));
    if (status != OK) {
      System.exit(status);
    }
  }

  private static int run(List<String> words) {
    if (words.isEmpty() || words.stream().anyMatch(HELP::contains)) {
      System.out.print(USAGE + "examples:\n" + list());
      System.out.print(words.isEmpty() ? "" : CommandLine.reference());
      return OK;
    }
    try {
      Example example = Examples.named(words.get(0));
      if (example.runs(words.subList(1, words.size()))) {
        return OK;
      }
      start(example, CommandLine.parse(example, words.subList(1, words.size())).server(example));
      return OK;
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      System.err.println("see: java -jar swoole4j-examples.jar --help");
      return MISUSED;
    } catch (PortBindException | IllegalArgumentException | IllegalStateException e) {
      // The message says it all: the port is taken, or a setting asks for what is not there.
      System.err.println(e.getMessage());
      return FAILED;
    } catch (Exception e) {
      throw new IllegalStateException(words.get(0) + " failed", e);
    }
  }

  private static void start(Example example, Server server) {
    server.on(Event.START, started -> example.listening(started, where(example, started)));
    // start() answers TERM by itself; Ctrl-C (INT) is left to the JVM, which runs this hook.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server), "shutdown-hook"));
    server.start();
  }

  private static void shutDown(Server server) {
    server.shutdown();
    try {
      server.awaitTermination(SHUTDOWN_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String where(Example example, Server server) {
    String host = server.type().isIpv6() ? "[" + server.host() + "]" : server.host();
    String mode = server.mode().name().toLowerCase(Locale.ROOT);
    return example.name()
        + " listening on "
        + host
        + ":"
        + server.getPort()
        + " ("
        + mode
        + " mode)";
  }

  private static String list() {
    StringBuilder lines = new StringBuilder();
    Examples.ALL.forEach(
        example -> lines.append(String.format("  %-16s %s%n", example.name(), example.summary())));
    return lines.toString();
  }
}
