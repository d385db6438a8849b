// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LogCaptureTest {

  private static final Logger LOGGER = LoggerFactory.getLogger(LogCaptureTest.class);

  @Test
  void recordsFormattedMessagesOfLoggerAndThoseBelowIt() {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      LOGGER.warn("fd {}", 1);
      LOGGER.debug("fd {}", 2);

      assertThat(log.messages()).containsExactly("fd 1", "fd 2");
      assertThat(log.messages(Level.WARN)).containsExactly("fd 1");
      assertThat(log.contains("fd 2")).isTrue();
      assertThat(log.contains(Level.WARN, "fd 2")).isFalse();
      assertThat(log.events().get(0).getLoggerName()).isEqualTo(LogCaptureTest.class.getName());
      log.clear();
      assertThat(log.events()).isEmpty();
    }
  }

  @Test
  void recordsNothingOfNeighboursWithSamePrefixNorAfterClose() {
    LogCapture log = LogCapture.of("io.swoole4j.test");
    LOGGER.info("not below");
    LoggerFactory.getLogger("io.swoole4j.test").info("inside");
    log.close();
    LoggerFactory.getLogger("io.swoole4j.test").info("after");

    assertThat(log.messages()).containsExactly("inside");
  }

  @Test
  void setsThresholdUntilClose() {
    try (LogCapture log = LogCapture.of(LogCaptureTest.class, Level.TRACE)) {
      LOGGER.trace("fine");

      assertThat(log.messages()).containsExactly("fine");
    }
    assertThat(LOGGER.isTraceEnabled()).isFalse();
    assertThat(LOGGER.isDebugEnabled()).isTrue();
  }

  @Test
  void awaitsMessageOfAnotherThread() throws InterruptedException {
    try (LogCapture log = LogCapture.of(LogCaptureTest.class)) {
      Thread thread = new Thread(() -> LOGGER.error("from afar"), "afar");
      thread.start();

      assertThat(log.awaitContains(Level.ERROR, "afar").getThreadName()).isEqualTo("afar");
      thread.join();
    }
  }

  @Test
  void failsWithWhatWasRecordedIfAwaitedMessageDoesNotCome() {
    try (LogCapture log = LogCapture.of(LogCaptureTest.class)) {
      LOGGER.info("something else");

      assertThatThrownBy(() -> log.awaitContains(Level.WARN, "wanted", Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("something else")
          .hasMessageContaining("(expected: WARN containing \"wanted\")");
    }
  }
}
