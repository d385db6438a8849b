// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.end;
import static io.swoole4j.process.Ends.ended;
import static io.swoole4j.process.Ends.read;
import static io.swoole4j.process.Ends.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.timer.Timer;
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
                        SwooleProcess.signal(
                            Signals.SIGTERM,
                            again -> {
                              SwooleProcess.signal(Signals.SIGTERM, null);
                              child.write("third " + again);
                            });
                        child.write("second " + signo);
                      });
                  child.write("ready");
                  waitForEver();
                }));
    assertThat(read(process)).isEqualTo("ready");

    SwooleProcess.kill(process.pid());
    assertThat(read(process)).isEqualTo("second 15");
    SwooleProcess.kill(process.pid());
    assertThat(read(process)).isEqualTo("third 15");
    SwooleProcess.kill(process.pid());

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
              Optional.ofNullable(ends.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS))
                  .orElseThrow(),
              Optional.ofNullable(ends.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS))
                  .orElseThrow());
      assertThat(both).containsExactlyInAnyOrder(ended(first, 1, 0), ended(second, 2, 0));
    } finally {
      assertThat(SwooleProcess.signal(Signals.SIGCHLD, null)).isTrue();
    }
    assertThat(SwooleProcess.signal(Signals.SIGCHLD, null)).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(22);
  }

  @Test
  void areHandledThoughTheJdkStartsItsFirstProgramAfterwards() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  SwooleProcess.signal(Signals.SIGCHLD, signo -> child.write("heard " + signo));
                  assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
                  waitForEver();
                }));

    assertThat(read(process)).isEqualTo("heard 17");
    SwooleProcess.kill(process.pid(), Signals.SIGKILL);
    assertThat(end(process)).isEqualTo(ended(process, 0, Signals.SIGKILL));
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
                  CountDownLatch three = new CountDownLatch(3);
                  SwooleProcess.signal(
                      Signals.SIGALRM,
                      signo -> {
                        if (three.getCount() > 0) {
                          child.write("#" + three.getCount());
                          three.countDown();
                        }
                      });
                  child.write("alarm " + SwooleProcess.alarm(10_000));
                  three.await();
                  SwooleProcess.alarm(-1);
                  // another one would end the process from now on
                  SwooleProcess.signal(Signals.SIGALRM, null);
                  Timer.after(50, child::exit);
                }));

    List<String> lines = List.of(read(process), read(process), read(process), read(process));
    assertThat(lines).containsExactlyInAnyOrder("alarm true", "#1", "#2", "#3");
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void doNotEndTheProcessWhenTheyWereSentBeforeTheirHandlerIsTakenAway() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  for (int i = 0; i < 50; i++) {
                    CountDownLatch handled = new CountDownLatch(1);
                    SwooleProcess.signal(Signals.SIGALRM, signo -> handled.countDown());
                    SwooleProcess.alarm(500);
                    handled.await();
                    SwooleProcess.alarm(-1);
                    SwooleProcess.signal(Signals.SIGALRM, null);

                    SwooleProcess.signal(Signals.SIGUSR1, signo -> {});
                    SwooleProcess.kill(child.pid(), Signals.SIGUSR1);
                    SwooleProcess.signal(Signals.SIGUSR1, null);
                  }
                  child.exit(3);
                },
                false,
                0));

    // without handlers both of them would have ended it
    assertThat(end(process)).isEqualTo(ended(process, 3, 0));
  }

  @Test
  void comeFromTimersOfProcessorTimeToo() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  AtomicInteger both = new AtomicInteger();
                  SwooleProcess.signal(
                      Signals.SIGVTALRM,
                      signo -> {
                        SwooleProcess.alarm(0, 1);
                        both.getAndUpdate(seen -> seen | 1);
                      });
                  SwooleProcess.signal(
                      Signals.SIGPROF,
                      signo -> {
                        SwooleProcess.alarm(0, 2);
                        both.getAndUpdate(seen -> seen | 2);
                      });
                  SwooleProcess.alarm(1_000, 1);
                  SwooleProcess.alarm(1_000, 2);
                  while (both.get() != 3) {
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
    long timer = Timer.after(60_000, () -> {});
    try {
      assertThatThrownBy(() -> SwooleProcess.alarm(1_000_000))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("alarm: timers run (expected: none of Timer beside it)");
    } finally {
      Timer.clear(timer);
    }
    assertThat(SwooleProcess.alarm(3_600_000_000L)).isTrue();
    try {
      assertThatThrownBy(() -> Timer.after(60_000, () -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("timer: an alarm is set (expected: none beside it)");
    } finally {
      SwooleProcess.alarm(0);
    }
    Timer.clear(Timer.after(60_000, () -> {}));
  }
}
