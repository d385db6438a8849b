// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.util.LineHead;
import io.swoole4j.internal.util.LogFile;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.setting.LogLevel;
import io.swoole4j.setting.LogRotation;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Where a server's lines go: {@code log_file} if there is one, else the backend; and {@code
 * request_slowlog_file}. Opened by the starting thread, closed by the last one of the server.
 */
final class LogFiles implements AutoCloseable {
  private final @Nullable LogFile log;
  private final @Nullable LogFile slow;
  private final Logging logging;

  private LogFiles(@Nullable LogFile log, @Nullable LogFile slow, Logging logging) {
    this.log = log;
    this.slow = slow;
    this.logging = logging;
  }

  /**
   * Opens what is wanted.
   *
   * @throws IllegalStateException if a file cannot be opened, or the format of dates not be read
   */
  static LogFiles open(SettingValues settings) {
    LineHead head = head(settings);
    Optional<Level> threshold = threshold(settings);
    LogFile log = file(settings, Settings.LOG_FILE, settings.get(Settings.LOG_ROTATION), head);
    LogFile slow;
    try {
      slow = file(settings, Settings.REQUEST_SLOWLOG_FILE, LogRotation.SINGLE, head);
    } catch (IllegalStateException e) {
      if (log != null) {
        log.close();
      }
      throw e;
    }
    if (settings.get(Settings.LOG_LEVEL) == LogLevel.NONE) {
      return new LogFiles(log, slow, Logging.SILENT);
    }
    if (log != null) {
      return new LogFiles(log, slow, Logging.to(log, threshold.orElse(Level.INFO)));
    }
    // A threshold holds only when one was set; otherwise the logging backend decides alone.
    return new LogFiles(null, slow, threshold.map(Logging::atLeast).orElse(Logging.UNLIMITED));
  }

  private static LineHead head(SettingValues settings) {
    try {
      return new LineHead(
          settings.get(Settings.LOG_DATE_FORMAT),
          settings.get(Settings.LOG_DATE_WITH_MICROSECONDS));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static Optional<Level> threshold(SettingValues settings) {
    if (!settings.isSet(Settings.LOG_LEVEL)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (settings.get(Settings.LOG_LEVEL)) {
          case DEBUG, TRACE -> Level.TRACE;
          case INFO -> Level.INFO;
          case NOTICE, WARNING -> Level.WARN;
          case ERROR, NONE -> Level.ERROR;
        });
  }

  private static @Nullable LogFile file(
      SettingValues settings, Setting<String> setting, LogRotation rotation, LineHead head) {
    String name = settings.get(setting);
    if (name.isEmpty()) {
      return null;
    }
    Logger backend = LoggerFactory.getLogger(Server.class);
    try {
      return new LogFile(Path.of(name), rotation, head, Instant::now, backend);
    } catch (IOException | InvalidPathException | SecurityException e) {
      throw new IllegalStateException(
          setting + ": " + name + ", " + e + " (expected: a file that can be written)", e);
    }
  }

  /** The loggers of the server. */
  Logging logging() {
    return logging;
  }

  /** Where callbacks are told that take too long, null if nowhere. */
  @Nullable Logger slowLog() {
    return slow == null ? null : Logging.to(slow, Level.WARN).of(Server.class);
  }

  /** Whether there is a file that may be opened anew. */
  boolean areOpen() {
    return log != null || slow != null;
  }

  /** Opens them anew, for they may have been moved away; answers whether all could be. */
  boolean reopen() {
    return Stream.of(Optional.ofNullable(log), Optional.ofNullable(slow))
        .flatMap(Optional::stream)
        .map(LogFile::reopen)
        .reduce(true, Boolean::logicalAnd);
  }

  @Override
  public void close() {
    if (slow != null) {
      slow.close();
    }
    if (log != null) {
      log.close();
    }
  }
}
