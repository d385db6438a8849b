// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class ThrottledLoggerTest {

  private final LogCapture log = LogCapture.of("io.swoole4j.throttled");

  @AfterEach
  void closeLog() {
    log.close();
  }

  private static ThrottledLogger throttled(Clock clock) {
    return new ThrottledLogger(LoggerFactory.getLogger("io.swoole4j.throttled"), clock);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 1_500_000_000L, -1_000_000_001})
  void logsTheFirstAtOnceAndThenOncePerSecondWithTheCount(long origin) {
    ManualClock clock = new ManualClock(origin);
    ThrottledLogger logger = throttled(clock);

    logger.warn("limit hit", "a");
    logger.warn("limit hit", "b");
    clock.advance(Duration.ofMillis(999));
    logger.warn("limit hit", "c");
    assertThat(log.messages(Level.WARN))
        .containsExactly("limit hit: a (1 times since the last report)");

    clock.advance(Duration.ofMillis(1));
    logger.warn("limit hit", "d");
    clock.advance(Duration.ofSeconds(5));
    logger.warn("limit hit", "e");

    assertThat(log.messages(Level.WARN))
        .containsExactly(
            "limit hit: a (1 times since the last report)",
            "limit hit: d (3 times since the last report)",
            "limit hit: e (1 times since the last report)");
    assertThat(logger.total()).isEqualTo(5);
  }

  @Test
  void countsEveryOccurrenceOfAllThreadsOnce() throws InterruptedException {
    ManualClock clock = new ManualClock();
    ThrottledLogger logger = throttled(clock);
    int threads = 4;
    int times = 5_000;
    CountDownLatch ready = new CountDownLatch(threads);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread caller =
          new Thread(
              () -> {
                ready.countDown();
                for (int j = 0; j < times; j++) {
                  logger.warn("limit hit", j);
                }
              });
      callers.add(caller);
      caller.start();
    }
    ready.await();
    while (callers.stream().anyMatch(Thread::isAlive)) {
      clock.advance(Duration.ofMillis(400));
      callers.get(0).join(1);
    }
    clock.advance(Duration.ofSeconds(1));
    logger.warn("limit hit", "last");

    assertThat(logger.total()).isEqualTo(threads * times + 1);
    assertThat(log.messages(Level.WARN).stream().mapToInt(ThrottledLoggerTest::count).sum())
        .isEqualTo(threads * times + 1);
  }

  private static int count(String message) {
    return Integer.parseInt(message.replaceAll(".*\\((\\d+) times.*", "$1"));
  }
}
