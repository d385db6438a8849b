// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import org.slf4j.event.Level;

/**
 * Writes what is in front of a line, as Swoole does: {@code [2026-11-26 03:59:00 *4711.0]}, a tab,
 * the level, a tab. The sign in front of the process id tells the kind of thread: {@code #} for
 * those that serve sockets, {@code $} the manager, {@code *} a worker, {@code ^} a task worker,
 * {@code @} any other; behind the dot is its number. Safe from any thread.
 */
public final class LineHead {
  private static final long PID = ProcessHandle.current().pid();

  private final DateTimeFormatter date;
  private final boolean microseconds;

  /**
   * Heads of one form.
   *
   * @param dateFormat how the time is written, as {@code strftime} has it
   * @param microseconds whether microseconds follow it
   * @throws IllegalArgumentException if the format cannot be read
   */
  public LineHead(String dateFormat, boolean microseconds) {
    this.date = DatePattern.of(dateFormat);
    this.microseconds = microseconds;
  }

  void append(StringBuilder line, Level level, Instant now, ZoneId zone) {
    line.append('[');
    date.formatTo(now.atZone(zone), line);
    if (microseconds) {
      line.append("<.%06d>".formatted(now.get(ChronoField.MICRO_OF_SECOND)));
    }
    line.append(' ');
    appendThread(line);
    line.append("]\t").append(level == Level.WARN ? "WARNING" : level.toString()).append('\t');
  }

  private static void appendThread(StringBuilder line) {
    String role = ServerThread.currentRole();
    int dash = role.lastIndexOf('-');
    String kind = dash < 0 ? role : role.substring(0, dash);
    char sign =
        switch (kind) {
          case "worker" -> '*';
          case "task" -> '^';
          case "manager" -> '$';
          case "acceptor", "reactor", "stopper" -> '#';
          default -> '@';
        };
    line.append(sign).append(PID).append('.').append(dash < 0 ? "0" : role.substring(dash + 1));
  }
}
