// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.setting.LogLevel;
import io.swoole4j.setting.LogRotation;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.ChildJvm;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** What a server says goes to its own file if it has one, and the slow callbacks to another. */
class LogFilesTest {

  private static final long PID = ProcessHandle.current().pid();

  @TempDir private Path directory;
  private final CountDownLatch release = new CountDownLatch(1);

  private Path log() {
    return directory.resolve("server.log");
  }

  /** Echoes, and then throws for "throw" and waits for "block". */
  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, data);
          switch (new String(data, UTF_8)) {
            case "throw" -> throw new IllegalStateException("asked for\nby a client");
            case "block" -> release.await();
            default -> {}
          }
        });
    return server;
  }

  private static Server plain() {
    Server server = new Server("127.0.0.1", 0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  @ServerMatrix(transports = "nio")
  void takesEverythingFromTheFirstLineToTheLastInsteadOfTheBackend(ServerVariant variant)
      throws IOException {
    Server server = server(variant).set(Settings.LOG_FILE, log().toString());
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              throw new IllegalStateException("in a user process");
            }));

    try (LogCapture backend = LogCapture.of("io.swoole4j", Level.INFO)) {
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("throw").readText(5)).isEqualTo("throw");
        Traffic.until(() -> Files.readString(log()).contains("in a user process"));
      }
      assertThat(backend.events()).isEmpty();
    }

    List<String> lines = Files.readAllLines(log());
    assertThat(lines.get(0)).matches("\\[.*]\tINFO\tlistening on 127.*|.*user process.*");
    assertThat(lines.get(lines.size() - 1))
        .matches("\\[.*]\tINFO\tthe server on port %d has ended".formatted(server.getPort()));
    assertThat(lines)
        .anyMatch(
            line ->
                line.matches(
                    "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\*%d\\.0]\tERROR\thandler of"
                            .formatted(PID)
                        + " receive threw: fd 1, worker 0"))
        .contains("\tby a client")
        .anyMatch(line -> line.startsWith("\t") && line.contains("at io.swoole4j.server.LogFiles"));
  }

  @ServerMatrix(transports = "nio")
  void heedsLogLevelAndTheOtherSettingsOfTheLog(ServerVariant variant) throws IOException {
    Server server = server(variant).set(Settings.LOG_FILE, log().toString());
    server.set(Settings.LOG_LEVEL, LogLevel.ERROR).set("log_rotation", 1);
    server.set("log_date_format", "%Y at").set("log_date_with_microseconds", true);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("throw").readText(5)).isEqualTo("throw");
      assertThat(running.server().setting(Settings.LOG_ROTATION)).isEqualTo(LogRotation.MONTHLY);
    }

    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    assertThat(files).singleElement().asString().matches(".*server\\.log\\.\\d{6}");
    assertThat(Files.readAllLines(files.get(0)))
        .filteredOn(line -> !line.startsWith("\t"))
        .singleElement()
        .asString()
        .matches("\\[\\d{4} at<\\.\\d{6}> \\*\\d+\\.0]\tERROR\thandler of receive threw: .*");
  }

  @Test
  void saysNothingAtAllWithLogLevelNone() throws IOException {
    Server server = plain().set(Settings.LOG_FILE, log().toString());
    server.set(Settings.LOG_LEVEL, LogLevel.NONE);

    RunningServer.start(server).close();

    assertThat(log()).isEmptyFile();
  }

  @Test
  void isOpenedAnewWhenAskedTo() throws IOException {
    Server server = plain().set(Settings.LOG_FILE, log().toString());
    assertThat(server.reopenLogFiles()).isFalse();

    try (RunningServer running = RunningServer.start(server)) {
      Files.move(log(), directory.resolve("old.log"));
      assertThat(running.server().reopenLogFiles()).isTrue();
    }

    assertThat(directory.resolve("old.log")).content().contains("listening on");
    assertThat(log()).content().contains("has ended").doesNotContain("listening on");
    assertThat(server.reopenLogFiles()).isFalse();
    assertThat(server.getLastError()).isEqualTo(509);
  }

  /** Serves with a log file until it is told to end. */
  static final class Logging {
    private Logging() {}

    public static void main(String[] arguments) {
      Server server = new Server("127.0.0.1", 0);
      server.set(Settings.LOG_FILE, arguments[0]);
      server.on(Event.START, s -> System.out.println("port " + s.getPort()));
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      server.start();
    }
  }

  @Test
  void isOpenedAnewBySignal() throws Exception {
    try (ChildJvm child = ChildJvm.start(Logging.class, log())) {
      int port = Integer.parseInt(child.awaitLine("port "));
      try (RawClient client = RawClient.connect("127.0.0.1", port)) {
        assertThat(client.send("ab").readText(2)).isEqualTo("ab");
      }
      Files.move(log(), directory.resolve("old.log"));

      child.signal("WINCH");

      Traffic.until(() -> Files.exists(log()));
      child.terminate();
      assertThat(child.awaitEnd()).endsWith("exit 0");
    }
    assertThat(log()).content().contains("has ended");
  }

  @ParameterizedTest
  @ValueSource(strings = {"log_file", "request_slowlog_file", "stats_file"})
  void failTheStartWhenTheyCannotBeOpened(String setting) {
    Path missing = directory.resolve("missing").resolve("file");
    Server server = plain().set(Settings.LOG_FILE, log().toString());
    server.set(setting, missing.toString());

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessageStartingWith(setting + ": " + missing + ", ")
        .withMessageEndingWith("(expected: a file that can be written)");

    Server nameless = plain().set(setting, "a\0b");
    assertThatIllegalStateException()
        .isThrownBy(nameless::startAsync)
        .withMessageContaining("a\0b");
  }

  @Test
  void failTheStartWhenDatesCannotBeWritten() {
    Server server = plain().set("log_date_format", "%Q");

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessage("log_date_format: %Q, %Q (expected: conversions of strftime)");
  }

  @ServerMatrix(transports = "nio")
  void tellOfACallbackThatTakesTooLongOnceWhileItRuns(ServerVariant variant) throws IOException {
    Path slow = directory.resolve("slow.log");
    Server server = server(variant).set(Settings.TASK_WORKER_NUM, 1);
    server.set("request_slowlog_file", slow.toString()).set("request_slowlog_timeout", 0.05);
    server.on(
        Event.TASK,
        (s, taskId, workerId, data) -> {
          if (data.equals("slow")) {
            release.await();
          }
          return data;
        });

    int ofWorker;
    int ofTaskWorker;
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("quick").readText(5)).isEqualTo("quick");
      assertThat(server.taskwait("quick", 30)).contains("quick");
      // On a busy machine even these may have taken long enough.
      Traffic.until(() -> server.stats().get("idle_worker_num").equals(1));
      Traffic.until(() -> server.stats().get("task_idle_worker_num").equals(1));
      ofWorker = reports(slow, 0);
      ofTaskWorker = reports(slow, 1);

      server.task("slow");
      Traffic.until(() -> reports(slow, 1) > ofTaskWorker);
      RawClient client = running.client().send("block");
      Traffic.until(() -> reports(slow, 0) > ofWorker);
      release.countDown();
      assertThat(client.readText(5)).isEqualTo("block");
    }

    // One that takes long to get there is told of before it waits; so may others be.
    assertThat(waiting(slow, "lambda$server")).isLessThanOrEqualTo(1);
    assertThat(waiting(slow, "lambda$tellOf")).isLessThanOrEqualTo(1);
    assertThat(Files.readString(slow)).contains("\tat ", "LogFilesTest.lambda$");
  }

  /** How many stacks tell that a lambda of that name waits for the release. */
  private static long waiting(Path file, String lambda) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return IntStream.range(1, lines.size())
        .filter(i -> lines.get(i).contains("LogFilesTest." + lambda))
        .filter(i -> lines.get(i - 1).contains("CountDownLatch.await"))
        .count();
  }

  private static int reports(Path file, int worker) throws IOException {
    String report = "worker " + worker + " has been in one callback";
    return (int) Files.readString(file).lines().filter(line -> line.contains(report)).count();
  }
}
