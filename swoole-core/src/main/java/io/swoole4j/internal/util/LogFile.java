// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import io.swoole4j.setting.LogRotation;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A file that lines are appended to, each by one write. It is opened anew when its period ends, or
 * somebody asks because it was moved away. Safe from any thread.
 */
public final class LogFile implements AutoCloseable {
  private final Path path;
  private final LogRotation rotation;
  private final LineHead head;
  private final Supplier<Instant> clock;
  private final ZoneId zone = ZoneId.systemDefault();
  private final Logger fallback;
  private final ThrottledLogger failures;
  private volatile @Nullable Part current;

  /**
   * The file of one period, which is itself and no other. Writing and closing exclude each other: a
   * descriptor that is closed in the middle of a write may already be somebody else's.
   */
  private static final class Part {
    private final FileOutputStream out;
    private final long endMillis;
    private boolean closed;

    Part(FileOutputStream out, long endMillis) {
      this.out = out;
      this.endMillis = endMillis;
    }

    synchronized boolean write(byte[] line) throws IOException {
      if (closed) {
        return false;
      }
      out.write(line);
      return true;
    }

    synchronized void close() throws IOException {
      closed = true;
      out.close();
    }
  }

  /**
   * A file, opened.
   *
   * @param path where it is, or what its names begin with
   * @param rotation how often it is begun anew
   * @param head what is in front of each line
   * @param clock the time of day
   * @param fallback gets the lines that cannot be written
   * @throws IOException if it cannot be opened
   */
  public LogFile(
      Path path, LogRotation rotation, LineHead head, Supplier<Instant> clock, Logger fallback)
      throws IOException {
    // Absolute, whatever becomes of the working directory.
    this.path = path.toAbsolutePath();
    this.rotation = rotation;
    this.head = head;
    this.clock = clock;
    this.fallback = fallback;
    this.failures = new ThrottledLogger(fallback, Clock.SYSTEM);
    this.current = open(clock.get());
  }

  private Part open(Instant now) throws IOException {
    String pattern =
        switch (rotation) {
          case SINGLE -> "";
          case MONTHLY -> "uuuuMM";
          case DAILY -> "uuuuMMdd";
          case HOURLY -> "uuuuMMddHH";
          case EVERY_MINUTE -> "uuuuMMddHHmm";
        };
    String ending =
        pattern.isEmpty()
            ? ""
            : "." + DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone).format(now);
    return new Part(new FileOutputStream(path + ending, true), end(now));
  }

  private long end(Instant now) {
    ZonedDateTime local = now.atZone(zone);
    ZonedDateTime end =
        switch (rotation) {
          case SINGLE -> null;
          case MONTHLY -> local.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
          case DAILY -> local.toLocalDate().plusDays(1).atStartOfDay(zone);
          case HOURLY -> local.truncatedTo(ChronoUnit.HOURS).plusHours(1);
          case EVERY_MINUTE -> local.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        };
    return end == null ? Long.MAX_VALUE : end.toInstant().toEpochMilli();
  }

  /** Appends one line, with what follows it indented, so that nothing else looks like a line. */
  void write(Level level, String text) {
    Instant now = clock.get();
    StringBuilder line = new StringBuilder(text.length() + 64);
    head.append(line, level, now, zone);
    line.append(printable(text)).append('\n');
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    Part part = current;
    if (part != null && now.toEpochMilli() >= part.endMillis) {
      part = reopen(now, part) ? current : part;
    }
    if (!written(part, bytes)) {
      fallback.atLevel(level).log(text);
    }
  }

  private boolean written(@Nullable Part first, byte[] line) {
    Part part = first;
    try {
      while (part != null) {
        if (part.write(line)) {
          return true;
        }
        // Closed meanwhile because it was opened anew, or for good, which leaves none.
        part = current;
      }
    } catch (IOException e) {
      failures.warn("log file cannot be written to", path + ", " + e);
    }
    return false;
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        printable.append("\n\t");
      } else if (c == '\t' || !Character.isISOControl(c)) {
        printable.append(c);
      } else if (c != '\r' || i + 1 == text.length() || text.charAt(i + 1) != '\n') {
        printable.append("\\u%04x".formatted((int) c));
      }
    }
    return printable.toString();
  }

  /**
   * Opens the file anew, for instance because it was moved away. The old one is kept if that is not
   * possible.
   *
   * @return whether it was opened
   */
  public boolean reopen() {
    return reopen(clock.get(), current);
  }

  private boolean reopen(Instant now, @Nullable Part old) {
    synchronized (this) {
      if (current == null || current != old) {
        return current != null;
      }
      try {
        current = open(now);
      } catch (IOException e) {
        failures.warn("log file cannot be opened anew", path + ", " + e);
        return false;
      }
    }
    close(old);
    return true;
  }

  /** Closes the file; lines that still come go to the fallback. */
  @Override
  public void close() {
    Part last;
    synchronized (this) {
      last = current;
      current = null;
    }
    close(last);
  }

  private void close(@Nullable Part part) {
    if (part != null) {
      try {
        part.close();
      } catch (IOException e) {
        failures.warn("log file cannot be closed", path + ", " + e);
      }
    }
  }
}
