// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The file that the statistics are written to again and again, if one is wanted, on a thread of its
 * own: neither a slow disk nor a handler holds up the other. Readers never see half of it.
 */
final class StatsFile {
  private static final long END_MILLIS = 1000;

  private final @Nullable Path path;
  private final long intervalMillis;
  private final Supplier<Map<String, Object>> stats;
  private final BiFunction<String, Runnable, Thread> threads;
  private final Logger logger;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private boolean failing;

  /**
   * The file of a server.
   *
   * @throws IllegalStateException if its name cannot be that of a file
   */
  StatsFile(
      SettingValues settings,
      Supplier<Map<String, Object>> stats,
      BiFunction<String, Runnable, Thread> threads,
      Logger logger) {
    String name = settings.get(Settings.STATS_FILE);
    try {
      this.path = name.isEmpty() ? null : Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw refused(name, e);
    }
    this.intervalMillis = settings.get(Settings.STATS_TIMER_INTERVAL);
    this.stats = stats;
    this.threads = threads;
    this.logger = logger;
  }

  private static IllegalStateException refused(Object name, Exception cause) {
    return new IllegalStateException(
        "stats_file: " + name + ", " + cause + " (expected: a file that can be written)", cause);
  }

  /**
   * Writes it for the first time.
   *
   * @throws IllegalStateException if it cannot be written
   */
  void begin() {
    try {
      write();
    } catch (IOException | SecurityException e) {
      throw refused(String.valueOf(path), e);
    }
  }

  /** From now on it is written until {@link #stop}. */
  void start() {
    if (path != null) {
      Thread writer = threads.apply("stats", this::run);
      thread = writer;
      writer.start();
    }
  }

  /** It is written for the last time. */
  void stop() {
    stopped.countDown();
  }

  /** Waits until it has been, though not for a disk that takes no more. */
  void awaitEnd() {
    Thread writer = thread;
    if (writer != null) {
      try {
        writer.join(END_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try {
      while (!stopped.await(intervalMillis, TimeUnit.MILLISECONDS)) {
        tryWrite();
      }
    } catch (InterruptedException e) {
      // Nobody but the JVM's end interrupts this thread.
      Thread.currentThread().interrupt();
    }
    tryWrite();
  }

  private void tryWrite() {
    try {
      write();
      failing = false;
    } catch (IOException | SecurityException e) {
      if (!failing) {
        failing = true;
        logger.warn("stats_file: {} cannot be written", path, e);
      }
    }
  }

  private void write() throws IOException {
    if (path == null) {
      return;
    }
    Path file = path;
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device or a pipe takes what is written, but no other file in its place.
      Files.writeString(file, text(file, stats.get()));
      return;
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, text(file, stats.get()).getBytes(StandardCharsets.UTF_8));
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The statistics in the format that the file's name asks for. */
  static String text(Path file, Map<String, Object> stats) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return lines(stats, "  \"%s\": %s", '"', "{\n", ",\n", "\n}\n");
    }
    if (name.endsWith(".php")) {
      return lines(stats, "  '%s' => %s", '\'', "<?php\nreturn array (\n", ",\n", ",\n);\n");
    }
    return stats.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static String lines(
      Map<String, Object> stats,
      String form,
      char quote,
      String begin,
      String separator,
      String end) {
    return stats.entrySet().stream()
        .map(entry -> form.formatted(entry.getKey(), literal(entry.getValue(), quote)))
        .collect(Collectors.joining(separator, begin, end));
  }

  private static String literal(Object value, char quote) {
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    StringBuilder text = new StringBuilder().append(quote);
    for (char c : value.toString().toCharArray()) {
      if (c == quote || c == '\\') {
        text.append('\\').append(c);
      } else if (quote == '"' && c < ' ') {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    return text.append(quote).toString();
  }
}
