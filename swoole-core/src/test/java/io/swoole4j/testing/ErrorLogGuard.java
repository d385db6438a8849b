// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Collects ERROR events of the library and of Netty that no test allows.
 *
 * <p>Whether an event is allowed is decided when it is logged, on the thread that logs it.
 */
final class ErrorLogGuard {

  private static final List<String> WATCHED = List.of("io.swoole4j", "io.netty");
  private static final Set<ErrorLogGuard> STANDING = new CopyOnWriteArraySet<>();

  private final Expectations expectations;
  private final Queue<AssertionError> collected = new ConcurrentLinkedQueue<>();
  private final ErrorAppender appender = new ErrorAppender();

  ErrorLogGuard(Expectations expectations) {
    this.expectations = expectations;
  }

  /** Tells whether a test that is running now has declared that it causes this event. */
  static boolean isExpected(ILoggingEvent event) {
    return LogCapture.isCaptured(event)
        || STANDING.stream().anyMatch(guard -> guard.expectations.allows(event));
  }

  void begin() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    appender.setContext(context);
    appender.start();
    WATCHED.forEach(name -> context.getLogger(name).addAppender(appender));
    STANDING.add(this);
  }

  void end() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    for (String name : WATCHED) {
      Logger logger = context.getLogger(name);
      logger.detachAppender(appender);
    }
    appender.stop();
    STANDING.remove(this);
  }

  List<AssertionError> drain() {
    List<AssertionError> drained = new ArrayList<>();
    for (AssertionError next = collected.poll(); next != null; next = collected.poll()) {
      drained.add(next);
    }
    return drained;
  }

  /** Tells whether this is of an event without an exception: nothing has escaped from anywhere. */
  static boolean isWithoutException(AssertionError failure) {
    return failure instanceof LoggedError && failure.getCause() == null;
  }

  private static @Nullable Throwable cause(@Nullable IThrowableProxy proxy) {
    return proxy instanceof ThrowableProxy known ? known.getThrowable() : null;
  }

  /** An event that was not allowed. */
  private static final class LoggedError extends AssertionError {
    @Serial private static final long serialVersionUID = 1L;

    LoggedError(ILoggingEvent event) {
      super(
          "unexpected ERROR from "
              + event.getLoggerName()
              + " in thread "
              + event.getThreadName()
              + ": "
              + event.getFormattedMessage(),
          cause(event.getThrowableProxy()));
    }
  }

  private final class ErrorAppender extends AppenderBase<ILoggingEvent> {

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.ERROR)
          && !LogCapture.isCaptured(event)
          && !expectations.allows(event)) {
        collected.add(new LoggedError(event));
      }
    }
  }
}
