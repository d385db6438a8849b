// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.end;
import static io.swoole4j.process.Ends.ended;
import static io.swoole4j.process.Ends.read;
import static io.swoole4j.process.Ends.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Signals that processes handle, and timers that send them. */
class SignalsTest {

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Test
  void areHandledByTheLastHandlerAndByDefaultOnceItIsTakenAway() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  SwooleProcess.signal(Signals.SIGTERM, signo -> child.write("first " + signo));
                  SwooleProcess.signal(
                      Signals.SIGTERM,
                      signo -> {
                        child.write("second " + signo);
                        SwooleProcess.signal(
                            Signals.SIGTERM,
                            again -> {
                              SwooleProcess.signal(Signals.SIGTERM, null);
                              child.write("third " + again);
                            });
                      });
                  child.write("ready");
                  waitForEver();
                }));
    assertThat(read(process)).isEqualTo("ready");

    SwooleProcess.kill(process.pid());
    assertThat(read(process)).isEqualTo("second 15");
    SwooleProcess.kill(process.pid());
    // the handler may be changed a little after its word
    assertThat(read(process)).isIn("third 15", "second 15");
    while (SwooleProcess.kill(process.pid())) {
      Thread.onSpinWait();
    }

    assertThat(end(process)).isEqualTo(ended(process, 0, Signals.SIGTERM));
  }

  @Test
  void tellTheParentOfEveryEnd() throws Exception {
    BlockingQueue<ExitStatus> ends = new LinkedBlockingQueue<>();
    SwooleProcess.signal(
        Signals.SIGCHLD,
        signo -> {
          Optional<ExitStatus> end = SwooleProcess.wait(false);
          while (end.isPresent()) {
            ends.add(end.get());
            end = SwooleProcess.wait(false);
          }
        });
    try {
      SwooleProcess first = started(new SwooleProcess(child -> child.exit(1), false, 0));
      SwooleProcess second = started(new SwooleProcess(child -> child.exit(2), false, 0));

      List<ExitStatus> both =
          List.of(
              Optional.ofNullable(ends.poll(20, TimeUnit.SECONDS)).orElseThrow(),
              Optional.ofNullable(ends.poll(20, TimeUnit.SECONDS)).orElseThrow());
      assertThat(both).containsExactlyInAnyOrder(ended(first, 1, 0), ended(second, 2, 0));
    } finally {
      assertThat(SwooleProcess.signal(Signals.SIGCHLD, null)).isTrue();
    }
    assertThat(SwooleProcess.signal(Signals.SIGCHLD, null)).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(22);
  }

  @Test
  void refusesSignalsThatJvmCannotHandle() {
    for (int signo : new int[] {Signals.SIGKILL, Signals.SIGSTOP, Signals.SIGQUIT}) {
      assertThatThrownBy(() -> SwooleProcess.signal(signo, number -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "signo: SIG" + Signals.name(signo) + " (expected: one that a JVM can handle)");
    }
    assertThatThrownBy(() -> SwooleProcess.signal(0, number -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("signo: 0 (expected: 1 to 31)");
  }

  @Test
  void comeAgainAndAgainFromTheAlarmUntilItIsCleared() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  AtomicInteger count = new AtomicInteger();
                  SwooleProcess.signal(
                      Signals.SIGALRM,
                      signo -> {
                        child.write("#" + count.incrementAndGet());
                        if (count.get() == 3) {
                          SwooleProcess.alarm(-1);
                          child.exit(0);
                        }
                      });
                  child.write("alarm " + SwooleProcess.alarm(10_000));
                  waitForEver();
                }));

    List<String> lines = List.of(read(process), read(process), read(process), read(process));
    assertThat(lines).containsExactlyInAnyOrder("alarm true", "#1", "#2", "#3");
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void comeFromTimersOfProcessorTimeToo() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  CountDownLatch both = new CountDownLatch(2);
                  SwooleProcess.signal(
                      Signals.SIGVTALRM,
                      signo -> {
                        SwooleProcess.alarm(0, 1);
                        both.countDown();
                      });
                  SwooleProcess.signal(
                      Signals.SIGPROF,
                      signo -> {
                        SwooleProcess.alarm(0, 2);
                        both.countDown();
                      });
                  SwooleProcess.alarm(1_000, 1);
                  SwooleProcess.alarm(1_000, 2);
                  while (both.getCount() > 0) {
                    Thread.onSpinWait();
                  }
                  child.exit(8);
                }));

    assertThat(end(process)).isEqualTo(ended(process, 8, 0));
    assertThatThrownBy(() -> SwooleProcess.alarm(1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type: 3 (expected: 0, 1 or 2)");
  }

  @Test
  void areNotSentByAlarmBesideTimers() {
    long timer = io.swoole4j.timer.Timer.after(60_000, () -> {});
    try {
      assertThatThrownBy(() -> SwooleProcess.alarm(1_000_000))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("alarm: timers run (expected: none of Timer beside it)");
    } finally {
      io.swoole4j.timer.Timer.clear(timer);
    }
    assertThat(SwooleProcess.alarm(60_000_000)).isTrue();
    try {
      assertThatThrownBy(() -> io.swoole4j.timer.Timer.after(60_000, () -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("timer: an alarm is set (expected: none beside it)");
    } finally {
      SwooleProcess.alarm(0);
    }
    io.swoole4j.timer.Timer.clear(io.swoole4j.timer.Timer.after(60_000, () -> {}));
  }
}
