// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.server.Journal;
import io.swoole4j.testing.LogCapture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class ManagerThreadTest {

  private static final long LONG = TimeUnit.SECONDS.toNanos(30);
  private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(20);

  private final ManagerThread manager =
      new ManagerThread(new ServerThreads(9501), Logging.UNLIMITED);
  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
    manager.shutdown();
  }

  /** Gives an event to the manager and waits for its end once it has begun. */
  private void runOnceBegun(Runnable task) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    ManagerThread.Event event =
        manager.submit(
            "event",
            () -> {
              begun.countDown();
              task.run();
            });
    begun.await();
    event.awaitEnd(SHORT);
  }

  private void blockUntilInterrupted() {
    try {
      release.await();
      journal.add("released");
    } catch (InterruptedException e) {
      journal.add("interrupted");
    }
  }

  private void blockWhateverHappens() {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException e) {
        journal.add("ignored");
      }
    }
    journal.add("released");
  }

  @Test
  void runsTasksInOrderOnOneThread() throws InterruptedException {
    for (String task : new String[] {"one", "two"}) {
      manager.execute(() -> journal.add(task + " on " + Thread.currentThread().getName()));
    }
    manager.run("three", () -> journal.add("three"), LONG);

    assertThat(journal.lines())
        .containsExactly("one on swoole-9501-manager", "two on swoole-9501-manager", "three");
  }

  @Test
  void goesOnAfterTaskThatThrows() throws InterruptedException {
    try (LogCapture log = LogCapture.of(ManagerThread.class)) {
      manager.run(
          "event",
          () -> {
            throw new IllegalStateException("thrown");
          },
          LONG);
      manager.run("next", () -> journal.add("next"), LONG);

      assertThat(log.messages(Level.ERROR)).containsExactly("event failed");
    }
    assertThat(journal.lines()).containsExactly("next");
  }

  @Test
  void interruptsTaskThatTakesTooLongButNotTheNext() throws InterruptedException {
    try (LogCapture log = LogCapture.of(ManagerThread.class)) {
      runOnceBegun(this::blockUntilInterrupted);
      manager.run("next", () -> journal.add("flag " + Thread.interrupted()), LONG);

      assertThat(log.messages(Level.WARN))
          .containsExactly("event did not return in time and is interrupted");
    }
    assertThat(journal.lines()).containsExactly("interrupted", "flag false");
  }

  @Test
  void replacesThreadThatCannotBeInterrupted() throws InterruptedException {
    try (LogCapture log = LogCapture.of(ManagerThread.class)) {
      runOnceBegun(this::blockWhateverHappens);
      manager.run("next", () -> journal.add("next"), LONG);

      assertThat(log.messages(Level.WARN).get(1))
          .startsWith("event did not return in time and was given up")
          .contains("ManagerThreadTest.blockWhateverHappens");
    }
    release.countDown();
    journal.waitFor("released");
    assertThat(journal.lines()).startsWith("ignored").containsSubsequence("next", "released");
  }

  @Test
  void givesUpWhatKeepsAnEventFromBeginning() throws InterruptedException {
    manager.execute(this::blockWhateverHappens);

    try (LogCapture log = LogCapture.of(ManagerThread.class)) {
      manager.run("event", () -> journal.add("event"), SHORT);

      assertThat(log.messages(Level.WARN))
          .startsWith("event could not begin in time, what keeps the manager busy is given up");
      journal.waitFor("event");
    }
    assertThat(journal.lines()).containsOnlyOnce("event").doesNotContain("released");
  }

  @Test
  void runsNothingOnceItHasEnded() {
    CountDownLatch busy = new CountDownLatch(1);
    manager.execute(
        () -> {
          busy.countDown();
          blockUntilInterrupted();
        });
    manager.execute(() -> journal.add("queued"));
    await().until(() -> busy.getCount() == 0);
    manager.shutdown();
    manager.execute(() -> journal.add("late"));
    manager.schedule(() -> journal.add("later"), 0);

    journal.waitFor("interrupted");
    assertThat(journal.lines()).containsExactly("interrupted");
  }
}
