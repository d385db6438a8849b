// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/** A logger that writes to a file of the server instead of the backend. Safe from any thread. */
final class FileLogger extends LevelLogger {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // SLF4J replaces a logger by its name on deserialisation
  private final LogFile file;

  private final Level threshold;

  FileLogger(String name, LogFile file, Level threshold) {
    super(name);
    this.file = file;
    this.threshold = threshold;
  }

  @Override
  boolean passes(Level level) {
    return level.toInt() >= threshold.toInt();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable cause) {
    String text = MessageFormatter.basicArrayFormat(message, arguments);
    file.write(level, cause == null ? text : text + "\n" + stack(cause));
  }

  private static String stack(Throwable cause) {
    StringWriter stack = new StringWriter();
    cause.printStackTrace(new PrintWriter(stack));
    return stack.toString().stripTrailing();
  }
}
