// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.spi.CallerBoundaryAware;

/** Gives the parts of one server their loggers, with the server's own threshold if it has one. */
@FunctionalInterface
public interface Logging {
  /** The backend alone decides. */
  Logging UNLIMITED = LoggerFactory::getLogger;

  /** Nothing is logged. */
  Logging SILENT = type -> org.slf4j.helpers.NOPLogger.NOP_LOGGER;

  /**
   * The logger of a class.
   *
   * @param type the class
   * @return its logger
   */
  Logger of(Class<?> type);

  /**
   * Loggers that pass on what is at least so severe and what the backend lets through.
   *
   * @param threshold the least severe level that is passed on
   * @return the loggers
   */
  static Logging atLeast(Level threshold) {
    return type -> new ThresholdLogger(LoggerFactory.getLogger(type), threshold);
  }

  /**
   * The logger of a class that serves several servers: on a thread of a server it is that server's,
   * elsewhere the backend's.
   *
   * @param type the class
   * @return its logger on the calling thread
   */
  static Logger here(Class<?> type) {
    ServerThreads owner = ServerThread.currentOwner();
    return owner == null ? LoggerFactory.getLogger(type) : owner.logger(type);
  }

  /**
   * Loggers that write to a file of the server; the backend gets nothing.
   *
   * @param file the file
   * @param threshold the least severe level that is written
   * @return the loggers
   */
  static Logging to(LogFile file, Level threshold) {
    return type -> new FileLogger(type.getName(), file, threshold);
  }

  /** A logger with a threshold in front of another. */
  final class ThresholdLogger extends LevelLogger {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // SLF4J replaces a logger by its name on deserialisation
    private final Logger delegate;

    private final Level threshold;

    ThresholdLogger(Logger delegate, Level threshold) {
      super(delegate.getName());
      this.delegate = delegate;
      this.threshold = threshold;
    }

    @Override
    boolean passes(Level level) {
      return level.toInt() >= threshold.toInt() && delegate.isEnabledForLevel(level);
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String message, Object[] arguments, Throwable cause) {
      var event = delegate.atLevel(level).setMessage(message).setCause(cause);
      if (event instanceof CallerBoundaryAware aware) {
        aware.setCallerBoundary(getFullyQualifiedCallerName());
      }
      if (marker != null) {
        event = event.addMarker(marker);
      }
      if (arguments != null) {
        for (Object argument : arguments) {
          event = event.addArgument(argument);
        }
      }
      event.log();
    }
  }
}
