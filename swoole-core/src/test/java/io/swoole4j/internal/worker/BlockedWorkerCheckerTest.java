// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.util.ManualClock;
import io.swoole4j.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class BlockedWorkerCheckerTest {

  private static final String LOGGER = "io.swoole4j.checked";

  private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 1_000_000);
  private final StubWorker first = new StubWorker(0);
  private final StubWorker second = new StubWorker(1);
  private final LogCapture log = LogCapture.of(LOGGER);
  private final BlockedWorkerChecker checker =
      new BlockedWorkerChecker(
          List.of(first, second),
          Duration.ofSeconds(5).toNanos(),
          false,
          clock,
          LoggerFactory.getLogger(LOGGER));

  @AfterEach
  void closeLog() {
    log.close();
  }

  private void passAndCheck(Duration time) {
    clock.advance(time);
    checker.check();
  }

  private List<String> reports() {
    return log.messages(Level.WARN);
  }

  @Test
  void reportsACallbackThatTakesTooLongOnceWithItsStack() {
    first.thread = Thread.currentThread();
    first.progress = 1;
    checker.check();
    passAndCheck(Duration.ofMillis(4_999));
    assertThat(reports()).isEmpty();

    passAndCheck(Duration.ofMillis(1));
    passAndCheck(Duration.ofHours(1));

    assertThat(checker.reports()).isEqualTo(1);
    assertThat(reports()).hasSize(1);
    assertThat(reports().get(0))
        .startsWith("worker 0 has been in one callback for 5000 ms; thread ")
        .contains(Thread.currentThread().getName())
        .contains("\tat ")
        .contains("BlockedWorkerCheckerTest.reportsACallbackThatTakesTooLongOnceWithItsStack");
  }

  @Test
  void reportsALaterCallbackAgain() {
    first.progress = 1;
    checker.check();
    passAndCheck(Duration.ofSeconds(5));
    first.progress = 3;
    passAndCheck(Duration.ofSeconds(5));
    assertThat(reports()).hasSize(1);

    passAndCheck(Duration.ofSeconds(5));

    assertThat(reports()).hasSize(2);
    assertThat(checker.reports()).isEqualTo(2);
  }

  @Test
  void doesNotReportManyShortCallbacks() {
    for (int i = 0; i < 20; i++) {
      first.progress += 1;
      passAndCheck(Duration.ofSeconds(4));
    }

    assertThat(reports()).isEmpty();
  }

  @Test
  void doesNotReportAnIdleWorker() {
    first.progress = 2;
    checker.check();
    passAndCheck(Duration.ofDays(1));
    passAndCheck(Duration.ofDays(1));

    assertThat(reports()).isEmpty();
  }

  @Test
  void watchesEveryWorkerByItself() {
    second.progress = 1;
    checker.check();
    first.progress = 1;
    passAndCheck(Duration.ofSeconds(3));
    passAndCheck(Duration.ofSeconds(2));
    assertThat(reports()).hasSize(1);
    assertThat(reports().get(0)).startsWith("worker 1 ");

    passAndCheck(Duration.ofSeconds(3));

    assertThat(reports()).hasSize(2);
    assertThat(reports().get(1)).startsWith("worker 0 ");
  }

  @Test
  void doesNotReportAWorkerThatNoThreadServes() {
    first.progress = 1;
    first.thread = null;
    checker.check();
    passAndCheck(Duration.ofSeconds(50));

    assertThat(reports()).isEmpty();
  }

  /** A worker that claims to be where the test says. */
  private static final class StubWorker extends Worker {
    private long progress;
    private @Nullable Thread thread = Thread.currentThread();

    StubWorker(int id) {
      super(id, CallbackRunner.INLINE);
    }

    @Override
    public int deliver(Delivery delivery) {
      return 0;
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public int waiting() {
      return 0;
    }

    @Override
    void died(Throwable cause) {}

    @Override
    public void whenHalfEmpty(Runnable resume) {}

    @Override
    public long progress() {
      return progress;
    }

    @Override
    public @Nullable Thread thread() {
      return thread;
    }

    @Override
    public CompletableFuture<Void> stop() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public Renewal renew(boolean waits) {
      return Renewal.over();
    }

    @Override
    public void hurry(Renewal renewal) {}

    @Override
    public String abandon(Renewal renewal) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void interrupt() {}

    @Override
    public void giveUp() {}
  }
}
