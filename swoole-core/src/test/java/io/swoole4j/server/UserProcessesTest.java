// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.ExpectErrors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** After how long user processes are started again, by what the manager is asked to do when. */
class UserProcessesTest {
  private static final long JVM = ProcessHandle.current().pid() + 1;

  private final Deque<FakeRun> runs = new ArrayDeque<>();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Long> delays = new ArrayList<>();
  private long pid = JVM;
  private boolean startable = true;
  private Runnable whileStarting = () -> {};

  /** A run that ends when the test says so. */
  private static final class FakeRun implements UserProcess.Run {
    private final long pid;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private boolean stopped;

    FakeRun(long pid) {
      this.pid = pid;
    }

    @Override
    public long pid() {
      return pid;
    }

    @Override
    public CompletionStage<?> ready() {
      return ready;
    }

    @Override
    public CompletionStage<Integer> exit() {
      return exit;
    }

    @Override
    public void stop() {
      stopped = true;
    }

    @Override
    public void kill() {}
  }

  private UserProcess.Run start() throws IOException {
    if (!startable) {
      throw new IOException("on purpose");
    }
    runs.add(new FakeRun(pid));
    whileStarting.run();
    return runs.getLast();
  }

  private UserProcesses processes() {
    return new UserProcesses(
        List.of(context -> start()),
        2,
        new Server("127.0.0.1", 0),
        Thread::new,
        type -> false,
        (task, nanos) -> {
          delays.add(nanos);
          tasks.add(task);
        },
        LoggerFactory.getLogger(UserProcessesTest.class));
  }

  /** Lets the present run end; answers when the manager is to start the next, and does so. */
  private Duration restartAfter(int code) {
    runs.getLast().exit.complete(code);
    // the end is looked at on the manager
    tasks.remove().run();
    long delay = delays.get(delays.size() - 1);
    tasks.remove().run();
    return Duration.ofNanos(delay);
  }

  @Test
  void makeNoJvmWithoutPauseAlthoughItEndedWell() {
    processes().start();

    assertThat(restartAfter(0)).hasMillis(100);
    assertThat(restartAfter(0)).hasMillis(100);
    assertThat(runs).hasSize(3);
  }

  @Test
  void holdBackWhoFailsTwiceAsLongEachTimeUpToFiveSeconds() {
    processes().start();

    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      millis.add(restartAfter(i % 2 == 0 ? 255 : 137).toMillis());
    }

    assertThat(millis).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
    assertThat(restartAfter(0)).hasMillis(100);
    assertThat(restartAfter(1)).hasMillis(100);
  }

  @Test
  @ExpectErrors("user process 2 cannot be started")
  void tryAgainAsLateWhenThereCannotBeOne() {
    startable = false;

    processes().start();
    tasks.remove().run();
    tasks.remove().run();

    assertThat(delays)
        .containsExactly(
            TimeUnit.MILLISECONDS.toNanos(100),
            TimeUnit.MILLISECONDS.toNanos(200),
            TimeUnit.MILLISECONDS.toNanos(400));
  }

  @Test
  void startThreadsAgainAtOnceThatEndedWellUnlessThatWasEarly() {
    pid = ProcessHandle.current().pid();
    processes().start();

    assertThat(restartAfter(0)).hasMillis(100);
    runs.getLast().ready.complete(true);
    await().pollDelay(Duration.ofMillis(150)).until(() -> true);
    assertThat(restartAfter(0)).isZero();
  }

  @Test
  void areStartedNoMoreOnceTheyWereStopped() {
    UserProcesses processes = processes();
    processes.start();

    processes.stop();
    runs.getLast().exit.complete(0);
    tasks.remove().run();

    assertThat(tasks).isEmpty();
    assertThat(runs).hasSize(1);
  }

  @Test
  void areStoppedThoughTheirStartHasHeldUpTheManagerUntilThen() {
    UserProcesses processes = processes();
    whileStarting = processes::stop;

    processes.start();

    assertThat(runs.getLast().stopped).isTrue();
    assertThat(tasks).isEmpty();
  }
}
