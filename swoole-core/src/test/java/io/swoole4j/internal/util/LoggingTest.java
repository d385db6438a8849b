// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.swoole4j.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.Level;

class LoggingTest {

  private static final Marker MARKER = MarkerFactory.getMarker("marker");

  @ParameterizedTest
  @EnumSource(Level.class)
  void passesOnWhatIsAtLeastAsSevereAsTheThreshold(Level threshold) {
    try (LogCapture log = LogCapture.of(LoggingTest.class, Level.TRACE)) {
      logAtEveryLevel(Logging.atLeast(threshold).of(LoggingTest.class));

      List<Level> expected =
          List.of(Level.values()).stream()
              .filter(level -> level.toInt() >= threshold.toInt())
              .toList();
      assertThat(log.messages())
          .containsExactlyInAnyOrderElementsOf(expected.stream().map(Level::toString).toList());
    }
  }

  @Test
  void leavesWhatTheBackendHidesHidden() {
    try (LogCapture log = LogCapture.of(LoggingTest.class, Level.WARN)) {
      logAtEveryLevel(Logging.atLeast(Level.TRACE).of(LoggingTest.class));

      assertThat(log.messages()).containsExactlyInAnyOrder("WARN", "ERROR");
    }
  }

  @Test
  void saysWhatIsEnabled() {
    try (LogCapture log = LogCapture.of(LoggingTest.class, Level.TRACE)) {
      Logger logger = Logging.atLeast(Level.INFO).of(LoggingTest.class);

      assertThat(logger.isTraceEnabled() || logger.isTraceEnabled(MARKER)).isFalse();
      assertThat(logger.isDebugEnabled() || logger.isDebugEnabled(MARKER)).isFalse();
      assertThat(logger.isInfoEnabled() && logger.isInfoEnabled(MARKER)).isTrue();
      assertThat(logger.isWarnEnabled() && logger.isWarnEnabled(MARKER)).isTrue();
      assertThat(logger.isErrorEnabled() && logger.isErrorEnabled(MARKER)).isTrue();
      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  void keepsNameArgumentsCauseAndMarker() {
    try (LogCapture log = LogCapture.of(LoggingTest.class)) {
      Logger logger = Logging.atLeast(Level.INFO).of(LoggingTest.class);
      Exception cause = new Exception("cause");

      logger.error(MARKER, "fd {}, worker {}, {}", 1, 2, 3, cause);

      assertThat(log.events()).hasSize(1);
      ILoggingEvent event = log.events().get(0);
      assertThat(event.getLoggerName()).isEqualTo(LoggingTest.class.getName());
      assertThat(event.getFormattedMessage()).isEqualTo("fd 1, worker 2, 3");
      assertThat(event.getThrowableProxy().getMessage()).isEqualTo("cause");
      assertThat(event.getMarkerList()).containsExactly(MARKER);
    }
  }

  @Test
  void keepsTheCaller() {
    List<String> callers = new ArrayList<>();
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            callers.add(event.getCallerData()[0].getMethodName());
          }
        };
    ch.qos.logback.classic.Logger backend =
        (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(LoggingTest.class);
    appender.start();
    backend.addAppender(appender);

    try {
      Logging.atLeast(Level.INFO).of(LoggingTest.class).info("hello {}", "world");
    } finally {
      backend.detachAppender(appender);
    }

    assertThat(callers).containsExactly("keepsTheCaller");
  }

  @Test
  void logsNothingWhenSilent() {
    try (LogCapture log = LogCapture.of(LoggingTest.class, Level.TRACE)) {
      logAtEveryLevel(Logging.SILENT.of(LoggingTest.class));

      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  void leavesTheBackendAloneWhenUnlimited() {
    try (LogCapture log = LogCapture.of(LoggingTest.class, Level.TRACE)) {
      logAtEveryLevel(Logging.UNLIMITED.of(LoggingTest.class));

      assertThat(log.messages()).hasSize(5);
    }
  }

  private static void logAtEveryLevel(Logger logger) {
    logger.trace("{}", Level.TRACE);
    logger.debug("{}", Level.DEBUG);
    logger.info("{}", Level.INFO);
    logger.warn("{}", Level.WARN);
    logger.error("{}", Level.ERROR);
  }
}
