// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.LogRotation;
import io.swoole4j.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Lines get into the file whole, in the file of their time, and none is lost. */
class LogFileTest {

  private static final Logger BACKEND = LoggerFactory.getLogger("io.swoole4j.backend");
  private static final long PID = ProcessHandle.current().pid();

  @TempDir private Path directory;
  private volatile Instant now = at("2026-11-26T03:59:30.123456");

  private static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(ZoneId.systemDefault()).toInstant();
  }

  private LogFile file(LogRotation rotation, String dates, boolean microseconds)
      throws IOException {
    return new LogFile(
        directory.resolve("server.log"),
        rotation,
        new LineHead(dates, microseconds),
        () -> now,
        BACKEND);
  }

  @Test
  void putsTimeThreadAndLevelInFrontOfLines() throws IOException {
    try (LogFile file = file(LogRotation.SINGLE, "%F %T", false);
        LogFile exact = file(LogRotation.SINGLE, "%H.%M", true)) {
      file.write(Level.WARN, "one");
      exact.write(Level.ERROR, "two");
    }
    assertThat(directory.resolve("server.log"))
        .hasContent(
            "[2026-11-26 03:59:30 @%d.0]\tWARNING\tone\n[03.59<.123456> @%d.0]\tERROR\ttwo\n"
                .formatted(PID, PID));
  }

  @ParameterizedTest
  @CsvSource({
    "worker-1, *, 1",
    "task-0, ^, 0",
    "manager, $, 0",
    "reactor-3, '#', 3",
    "acceptor-0, '#', 0",
    "user, @, 0"
  })
  void tellsTheKindOfThread(String role, String sign, String number) throws Exception {
    try (LogFile file = file(LogRotation.SINGLE, "%T", false)) {
      Thread thread = new ServerThreads(9501).thread(role, () -> file.write(Level.INFO, "here"));
      thread.start();
      thread.join();
    }
    assertThat(directory.resolve("server.log"))
        .hasContent("[03:59:30 %s%d.%s]\tINFO\there\n".formatted(sign, PID, number));
  }

  @Test
  void letsNothingInALineLookLikeAnother() throws IOException {
    try (LogFile file = file(LogRotation.SINGLE, "%T", false)) {
      file.write(Level.INFO, "a\r\n[03:59:30 @1.0]\tERROR\tforged\rb\u001b[2Jc");
    }
    assertThat(directory.resolve("server.log"))
        .hasContent(
            "[03:59:30 @%d.0]\tINFO\ta\n\t[03:59:30 @1.0]\tERROR\tforged\\u000db\\u001b[2Jc\n"
                .formatted(PID));
  }

  @ParameterizedTest
  @CsvSource({
    "MONTHLY, server.log.202611, 2026-11-30T23:59:59, 2026-12-01T00:00:00, server.log.202612",
    "DAILY, server.log.20261126, 2026-11-26T23:59:59, 2026-11-27T00:00:00, server.log.20261127",
    "HOURLY, server.log.2026112603, 2026-11-26T03:59:59, 2026-11-26T04:00, server.log.2026112604",
    "EVERY_MINUTE, server.log.202611260359, 2026-11-26T03:59:59, 2026-11-26T04:00:00,"
        + " server.log.202611260400",
    "SINGLE, server.log, 2026-11-26T03:59:59, 2036-11-26T04:00:00, server.log"
  })
  void beginsANewFileWithEachPeriod(
      LogRotation rotation, String first, String last, String next, String second)
      throws IOException {
    try (LogFile file = file(rotation, "%T", false)) {
      file.write(Level.INFO, "begin");
      now = at(last);
      file.write(Level.INFO, "end");
      now = at(next);
      file.write(Level.INFO, "next");
    }

    String all = Files.readString(directory.resolve(first));
    if (!second.equals(first)) {
      assertThat(all).doesNotContain("next");
      all += Files.readString(directory.resolve(second));
    }
    assertThat(all.lines().map(line -> line.substring(line.lastIndexOf('\t') + 1)))
        .containsExactly("begin", "end", "next");
  }

  @Test
  void goesOnInANewFileWhenTheOldOneWasMovedAway() throws IOException {
    try (LogFile file = file(LogRotation.SINGLE, "%T", false)) {
      file.write(Level.INFO, "one");
      Files.move(directory.resolve("server.log"), directory.resolve("old.log"));
      file.write(Level.INFO, "two");
      assertThat(file.reopen()).isTrue();
      file.write(Level.INFO, "three");
    }
    assertThat(directory.resolve("old.log")).content().contains("one", "two");
    assertThat(directory.resolve("server.log")).content().contains("three").doesNotContain("two");
  }

  @Test
  void keepsTheOldFileWhenItCannotBeOpenedAnew() throws IOException {
    try (LogFile file = file(LogRotation.SINGLE, "%T", false);
        LogCapture log = LogCapture.of(BACKEND.getName())) {
      Files.move(directory.resolve("server.log"), directory.resolve("old.log"));
      Files.createDirectory(directory.resolve("server.log"));

      assertThat(file.reopen()).isFalse();
      file.write(Level.INFO, "still here");
      assertThat(log.contains(Level.WARN, "log file cannot be opened anew")).isTrue();
    }
    assertThat(directory.resolve("old.log")).content().contains("still here");
  }

  @Test
  void cannotBeMadeWhereItCannotBeOpened() {
    assertThatThrownBy(
            () ->
                new LogFile(
                    directory,
                    LogRotation.SINGLE,
                    new LineHead("%T", false),
                    Instant::now,
                    BACKEND))
        .isInstanceOf(IOException.class);
  }

  @Test
  void givesLinesToTheBackendOnceItIsClosed() throws IOException {
    LogFile file = file(LogRotation.SINGLE, "%T", false);
    file.close();

    try (LogCapture log = LogCapture.of(BACKEND.getName())) {
      file.write(Level.WARN, "too late");
      assertThat(log.messages(Level.WARN)).containsExactly("too late");
    }
    assertThat(file.reopen()).isFalse();
  }

  @Test
  void losesAndTearsNoLineOfManyThreadsWhileItIsOpenedAnew() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (LogFile file = file(LogRotation.SINGLE, "%T", false)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String letters = Character.toString('a' + i).repeat(100);
        writers.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < 500; n++) {
                    file.write(Level.INFO, letters);
                  }
                }));
      }
      while (!writers.stream().allMatch(Future::isDone)) {
        assertThat(file.reopen()).isTrue();
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }

    List<String> lines = Files.readAllLines(directory.resolve("server.log"));
    assertThat(lines).hasSize(2000);
    assertThat(lines)
        .allSatisfy(line -> assertThat(line).matches(".*\tINFO\t(a{100}|b{100}|c{100}|d{100})"));
  }
}
