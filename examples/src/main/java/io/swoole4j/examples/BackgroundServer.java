// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.process.SwooleProcess;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server in the background that is looked after from the command line, by its process id in a
 * file: {@code daemon start}, {@code daemon status}, {@code daemon reload}, {@code daemon stop}.
 */
final class BackgroundServer implements Example {
  private static final List<String> COMMANDS = List.of("start", "status", "reload", "stop");

  /** Longer than a shutdown takes with the default max_wait_time. */
  private static final int STOP_SECONDS = 30;

  private static final int USR1 = 10;
  private static final int TERM = 15;

  @Override
  public String name() {
    return "daemon";
  }

  @Override
  public String summary() {
    return "an echo in the background: daemon start|status|reload|stop [--pid_file FILE]";
  }

  @Override
  public boolean runs(List<String> words) throws Exception {
    if (words.isEmpty() || !COMMANDS.contains(words.get(0))) {
      throw new UsageException("daemon: " + words + " (expected: one of " + COMMANDS + ")");
    }
    Server server = CommandLine.parse(this, words.subList(1, words.size())).server(this);
    Path pidFile = Path.of(server.setting().get(Settings.PID_FILE.name()).toString());
    OptionalInt pid = running(pidFile);
    switch (words.get(0)) {
      case "start" -> start(server, pid);
      case "status" -> System.out.println("running, process " + require(pid));
      case "reload" -> signal(require(pid), USR1, "reloading");
      default -> stop(require(pid));
    }
    return true;
  }

  /** The program runs through here twice: by hand, and once more in the background. */
  private static void start(Server server, OptionalInt pid) {
    if (pid.isPresent()) {
      throw new IllegalStateException("running already, process " + pid.getAsInt());
    }
    if (!Server.isDaemon()) {
      System.out.println("starting in the background");
    }
    // By hand this does not return: the command ends when the server listens, or this throws.
    server.start();
  }

  /** The file may be left of a server that was killed, and its number be somebody else's. */
  private static OptionalInt running(Path pidFile) throws IOException {
    try {
      int pid = Integer.parseInt(Files.readString(pidFile).strip());
      return SwooleProcess.kill(pid, 0) ? OptionalInt.of(pid) : OptionalInt.empty();
    } catch (NoSuchFileException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  private static int require(OptionalInt pid) {
    return pid.orElseThrow(() -> new IllegalStateException("not running"));
  }

  private static void signal(int pid, int signal, String what) {
    if (!SwooleProcess.kill(pid, signal)) {
      throw new IllegalStateException("process " + pid + ": cannot be told");
    }
    System.out.println(what + ", process " + pid);
  }

  private static void stop(int pid) throws InterruptedException, ExecutionException {
    ProcessHandle process =
        ProcessHandle.of(pid).orElseThrow(() -> new IllegalStateException("not running"));
    signal(pid, TERM, "stopping");
    try {
      process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("process " + pid + ": still there", e);
    }
    System.out.println("stopped");
  }

  /**
   * Where every command looks for the same file: absolute, as the directory changes, and where
   * nobody else can put one, which would have signals sent to a process of their choice.
   */
  private static Path pidFile() {
    String directory = System.getenv("XDG_RUNTIME_DIR");
    return directory != null && Path.of(directory).isAbsolute()
        ? Path.of(directory, "swoole4j-daemon.pid")
        : Path.of(System.getProperty("user.home"), ".swoole4j-daemon.pid").toAbsolutePath();
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);
    server.set(Settings.DAEMONIZE, true);
    server.set(Settings.PID_FILE, pidFile().toString());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }
}
