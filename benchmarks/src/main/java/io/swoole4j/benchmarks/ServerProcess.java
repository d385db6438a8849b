// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A forked JVM that runs one server, as its parent sees it; see {@link ServeCommand}. */
final class ServerProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
  private static final int STOP_SECONDS = 10;
  private static final String RESIDENT = "VmRSS:";
  private static final int KIB = 1024;

  private final Process process;
  private final BufferedReader output;
  private final Watchdog watchdog;
  private int port;

  private ServerProcess(Process process, Watchdog watchdog) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    this.watchdog = watchdog;
  }

  /** Forks a server and waits until it listens. */
  static ServerProcess start(
      ServerKind kind, LoadSettings load, ComparisonOptions options, Watchdog watchdog)
      throws IOException {
    List<String> arguments =
        List.of(
            "serve",
            "--server",
            kind.label(),
            "--loops",
            String.valueOf(options.loops()),
            "--workload",
            load.workload().label(),
            "--payload",
            String.valueOf(load.payload()));
    Process process =
        new ProcessBuilder(JavaProcess.command(options.jvmOptions(), arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ServerProcess server = new ServerProcess(process, watchdog);
    try {
      server.awaitPort();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private void awaitPort() throws IOException {
    String line = readLine(START_LIMIT, "server start");
    if (!line.startsWith(ServeCommand.LISTENING)) {
      throw new IOException("server output: " + line + " (expected: LISTENING and a port)");
    }
    port = Integer.parseInt(line.substring(ServeCommand.LISTENING.length()));
  }

  int port() {
    return port;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Starts a flight recording in the server. */
  void startRecording() throws IOException {
    command(ServeCommand.RECORD);
  }

  /** Ends the flight recording and writes it to a file. */
  void dumpRecording(Path file) throws IOException {
    command(ServeCommand.DUMP + file);
  }

  /** The processor time of each thread of the server. */
  List<ThreadTimes> threadTimes() throws IOException {
    return command(ServeCommand.THREADS).stream().map(ThreadTimes::parse).toList();
  }

  /** What the server has in use once its garbage is collected; resident where the system tells. */
  IdleMemory.Sample memory() throws IOException {
    long heap = Long.parseLong(command(ServeCommand.MEMORY).get(0));
    Path status = Path.of("/proc/" + process.pid() + "/status");
    long resident = 0;
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(RESIDENT)) {
          resident = Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
        }
      }
    }
    return new IdleMemory.Sample(resident, heap);
  }

  private List<String> command(String command) throws IOException {
    process.outputWriter(UTF_8).append(command).append('\n').flush();
    List<String> answer = new ArrayList<>();
    String what = "server command " + command;
    for (String line = readLine(COMMAND_LIMIT, what);
        !line.equals(ServeCommand.DONE);
        line = readLine(COMMAND_LIMIT, what)) {
      answer.add(line);
    }
    return answer;
  }

  private String readLine(Duration limit, String what) throws IOException {
    Watchdog.Watch watch = watchdog.watch(process, limit, what);
    try {
      String line = output.readLine();
      if (line == null) {
        throw new IOException(what + ": the server's process ended");
      }
      return line;
    } finally {
      watch.callOff();
    }
  }

  /** Ends the server by closing its standard input, and kills it when that does not help. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("server: still running after " + STOP_SECONDS + " s, killed");
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
