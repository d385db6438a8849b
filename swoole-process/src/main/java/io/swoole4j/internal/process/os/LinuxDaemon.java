// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.process.ProcessTitle;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import io.swoole4j.internal.process.posix.Spawn;
import io.swoole4j.internal.process.posix.Wait;
import io.swoole4j.spi.Daemon;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the program once more in a session of its own, since a JVM cannot fork. The second one tells
 * the first through a socket when it listens, or why not. Used by the starting thread.
 */
public final class LinuxDaemon implements Daemon {
  private static final Logger LOGGER = LoggerFactory.getLogger(LinuxDaemon.class);

  /** Holds what the socket is called, so that programs that inherit it are not misled. */
  private static final String MARK = "SWOOLE4J_DAEMON";

  private static final int REPORT = 3;
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;
  private static final int O_WRONLY = 01;
  private static final int O_CREAT = 0100;
  private static final int O_APPEND = 02000;
  private static final int O_CLOEXEC = 02000000;
  private static final int LOG_MODE = 0644;

  private static final int SIGKILL = 9;

  /** How many seconds the program in the background has until its server listens. */
  private static final String LIMIT = "swoole4j.daemonize.seconds";

  private static final int DEFAULT_LIMIT = 60;

  /** The report of a server that listens. */
  private static final String READY = "R";

  private static final boolean DETACHED =
      System.getenv(MARK) != null && System.getenv(MARK).equals(nameOf(REPORT));

  private static final AtomicBoolean SETTLED = new AtomicBoolean();
  private static final AtomicBoolean REPORTED = new AtomicBoolean(!DETACHED);

  private static String nameOf(int fd) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  @Override
  public boolean isDetached() {
    return DETACHED;
  }

  @Override
  public void detach(Optional<Path> output) {
    try {
      if (!DETACHED) {
        launch(output);
      } else if (SETTLED.compareAndSet(false, true)) {
        settle(output);
      }
    } catch (IOException e) {
      throw new IllegalStateException("daemonize: true, " + e.getMessage(), e);
    } catch (LinkageError | UnsupportedOperationException e) {
      throw new IllegalStateException("daemonize: true, not available, " + e.getMessage(), e);
    }
  }

  /** In the background: leaves what the launching command has given it. */
  private static void settle(Optional<Path> output) throws IOException {
    Posix.check("fcntl", Posix.fcntl(REPORT, Posix.F_SETFD, Posix.FD_CLOEXEC));
    int log = open(output);
    System.out.flush();
    System.err.flush();
    Posix.check("dup2", Posix.dup2(log, STANDARD_OUTPUT));
    Posix.check("dup2", Posix.dup2(log, STANDARD_ERROR));
    Posix.close(log);
    Posix.check("chdir /", Posix.chdir("/"));
  }

  private static int open(Optional<Path> output) throws IOException {
    String name = output.map(Path::toString).orElse("/dev/null");
    int flags = O_WRONLY | O_APPEND | O_CLOEXEC | (output.isPresent() ? O_CREAT : 0);
    return Posix.check("open " + name, Posix.open(name, flags, LOG_MODE));
  }

  /** In the foreground: starts the other, waits until it listens, and ends this process. */
  private static void launch(Optional<Path> output) throws IOException {
    int seconds = Integer.getInteger(LIMIT, DEFAULT_LIMIT);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int log = open(output);
    int pid;
    Optional<String> report;
    try (Socket out = raised(log);
        Socket.Pair pair = Socket.Pair.open(Posix.SOCK_STREAM)) {
      Spawn spawn = again().newSession().environment(MARK, nameOf(pair.theirs().fd()));
      spawn.nullDevice(0);
      out.passTo(spawn, STANDARD_OUTPUT);
      pair.theirs().passTo(spawn, REPORT);
      pid = spawn.start();
      // Not closed, which would end the connection for the other process too.
      pair.theirs().release();
      report = readAll(pair.ours(), deadline);
    }
    if (report.isPresent() && report.get().equals(READY)) {
      System.out.flush();
      System.err.flush();
      // As fork's parent ends: what this program has registered belongs to the other one now.
      Runtime.getRuntime().halt(0);
    }
    if (report.isPresent() && !report.get().isEmpty()) {
      throw new IllegalStateException(
          "daemonize: true, the server in the background failed: " + report.get());
    }
    Optional<Wait.Status> end = Wait.reap(pid);
    while (end.isEmpty() && deadline - System.nanoTime() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      end = Wait.reap(pid);
    }
    if (end.isEmpty()) {
      Posix.kill(pid, SIGKILL);
      Wait.untilEnded(pid);
      Wait.reap(pid);
      throw new IllegalStateException(
          "daemonize: true, the server in the background, process "
              + pid
              + ", did not listen in "
              + seconds
              + " s and was ended (-D"
              + LIMIT
              + " allows more)");
    }
    throw new IllegalStateException(
        "daemonize: true, the server in the background "
            + ending(end.get())
            + " before it listened");
  }

  private static String ending(Wait.Status status) {
    return status.signal() > 0
        ? "was ended by signal " + status.signal()
        : "ended with exit code " + status.code();
  }

  /** Out of the way of the numbers that the other process gets. */
  private static Socket raised(int fd) throws ErrnoException {
    try {
      return new Socket(Posix.check("fcntl", Posix.fcntl(fd, Posix.F_DUPFD_CLOEXEC, 64)));
    } finally {
      Posix.close(fd);
    }
  }

  private static Spawn again() throws IOException {
    String program = Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
    String text = new String(ProcessTitle.commandLine(), ISO_8859_1);
    List<String> arguments = new ArrayList<>();
    for (String argument : Arrays.asList(text.split("\0", -1))) {
      arguments.add(new String(argument.getBytes(ISO_8859_1), UTF_8));
    }
    return new Spawn(program, arguments.subList(1, arguments.size() - 1));
  }

  /** Up to the end, which may be empty; nothing if that does not come in time. */
  private static Optional<String> readAll(Socket socket, long deadline) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    while (socket.readable(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
      int read = socket.receive(buffer, false);
      if (read == 0) {
        return Optional.of(all.toString(UTF_8));
      }
      all.write(buffer, 0, read);
    }
    return Optional.empty();
  }

  @Override
  public void ready() {
    report(READY);
  }

  @Override
  public void failed(Throwable cause) {
    report(cause.toString());
  }

  private static void report(String line) {
    if (!REPORTED.compareAndSet(false, true)) {
      return;
    }
    byte[] text = line.getBytes(UTF_8);
    Socket socket = new Socket(REPORT);
    try {
      int sent = 0;
      while (sent < text.length) {
        sent += socket.send(text, sent, true);
      }
    } catch (ErrnoException e) {
      // Whoever has launched this does not wait any more.
      LOGGER.debug("nobody hears that the server has started", e);
    } finally {
      socket.release();
    }
  }
}
