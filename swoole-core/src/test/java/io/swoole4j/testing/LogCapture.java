// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Records what a logger and the loggers below it write, from creation until {@link #close()}.
 *
 * <p>ERROR events that it records do not fail the test. Events may come from any thread; the
 * methods may be called from any thread.
 */
public final class LogCapture implements AutoCloseable {

  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);
  private static final Set<LogCapture> OPEN = new CopyOnWriteArraySet<>();

  private final Logger logger;
  private final ch.qos.logback.classic.@Nullable Level previousLevel;
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final Recorder recorder = new Recorder();

  private LogCapture(String loggerName, @Nullable Level threshold) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    logger = context.getLogger(loggerName);
    previousLevel = logger.getLevel();
    if (threshold != null) {
      logger.setLevel(ch.qos.logback.classic.Level.convertAnSLF4JLevel(threshold));
    }
    recorder.setContext(context);
    recorder.start();
  }

  /** Records the class's logger at the level that {@code logback-test.xml} gives it. */
  public static LogCapture of(Class<?> loggerClass) {
    return open(new LogCapture(loggerClass.getName(), null));
  }

  /** Records the named logger at the level that {@code logback-test.xml} gives it. */
  public static LogCapture of(String loggerName) {
    return open(new LogCapture(loggerName, null));
  }

  /** Records the class's logger from {@code threshold} upwards; the level is put back on close. */
  public static LogCapture of(Class<?> loggerClass, Level threshold) {
    return open(new LogCapture(loggerClass.getName(), threshold));
  }

  /** Records the named logger from {@code threshold} upwards; the level is put back on close. */
  public static LogCapture of(String loggerName, Level threshold) {
    return open(new LogCapture(loggerName, threshold));
  }

  private static LogCapture open(LogCapture capture) {
    OPEN.add(capture);
    capture.logger.addAppender(capture.recorder);
    return capture;
  }

  static boolean isCaptured(ILoggingEvent event) {
    return OPEN.stream().anyMatch(capture -> capture.covers(event.getLoggerName()));
  }

  /** The events recorded so far, in the order in which they were logged. */
  public List<ILoggingEvent> events() {
    return List.copyOf(events);
  }

  /** The formatted messages recorded so far, of all levels. */
  public List<String> messages() {
    return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** The formatted messages of one level recorded so far. */
  public List<String> messages(Level level) {
    return events.stream()
        .filter(event -> isOf(event, level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** Tells whether a message recorded so far contains {@code text}. */
  public boolean contains(String text) {
    return messages().stream().anyMatch(message -> message.contains(text));
  }

  /** Tells whether a message of that level recorded so far contains {@code text}. */
  public boolean contains(Level level, String text) {
    return find(level, text).isPresent();
  }

  /**
   * Waits up to 30 seconds for a message that contains {@code text} and returns its event; fails
   * with what was recorded instead.
   */
  public ILoggingEvent awaitContains(Level level, String text) {
    return awaitContains(level, text, DEFAULT_LIMIT);
  }

  /** As {@link #awaitContains(Level, String)} with another limit. */
  public ILoggingEvent awaitContains(Level level, String text, Duration limit) {
    try {
      return await()
          .atMost(limit)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> find(level, text), Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "log: " + events + " (expected: " + level + " containing \"" + text + "\")", e);
    }
  }

  /** Forgets what was recorded so far. */
  public void clear() {
    events.clear();
  }

  @Override
  public void close() {
    logger.detachAppender(recorder);
    logger.setLevel(previousLevel);
    recorder.stop();
    OPEN.remove(this);
  }

  private Optional<ILoggingEvent> find(Level level, String text) {
    return events.stream()
        .filter(event -> isOf(event, level) && event.getFormattedMessage().contains(text))
        .findFirst();
  }

  private boolean covers(String loggerName) {
    String name = logger.getName();
    return name.equals(org.slf4j.Logger.ROOT_LOGGER_NAME)
        || loggerName.equals(name)
        || loggerName.startsWith(name + ".");
  }

  private static boolean isOf(ILoggingEvent event, Level level) {
    return event.getLevel().equals(ch.qos.logback.classic.Level.convertAnSLF4JLevel(level));
  }

  private final class Recorder extends AppenderBase<ILoggingEvent> {

    @Override
    protected void append(ILoggingEvent event) {
      event.prepareForDeferredProcessing();
      events.add(event);
    }
  }
}
