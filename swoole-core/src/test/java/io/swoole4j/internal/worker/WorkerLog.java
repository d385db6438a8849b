// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What happened to a worker under test, in order, and deliveries that write it down. */
final class WorkerLog implements WorkerEvents {

  static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(2);

  private final List<String> lines = new CopyOnWriteArrayList<>();

  void add(String line) {
    lines.add(line);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  void awaitLines(String... expected) {
    await()
        .atMost(LIMIT)
        .pollInterval(POLL)
        .untilAsserted(() -> assertThat(lines).containsExactly(expected));
  }

  /** Waits until a thread sleeps, and goes on sleeping. */
  static void awaitAsleep(Thread thread) {
    await()
        .atMost(LIMIT)
        .pollInterval(POLL)
        .during(Duration.ofMillis(50))
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
  }

  static void waitUntil(Callable<Boolean> condition) {
    await().atMost(LIMIT).pollInterval(POLL).until(condition);
  }

  @Override
  public void workerStarted(int workerId) {
    lines.add("start " + workerId);
  }

  @Override
  public void workerStopped(int workerId) {
    lines.add("stop " + workerId);
  }

  /** One message that writes a line. */
  Delivery line(String line) {
    return Delivery.of(() -> lines.add(line));
  }

  /** One message that holds its worker up until the latch opens. */
  static Delivery blockedBy(CountDownLatch latch) {
    return Delivery.of(() -> awaitOpen(latch));
  }

  /** One message that waits for an interrupt, writes a line for it and leaves its thread so. */
  Delivery blockedUntilInterrupted(CountDownLatch entered) {
    return Delivery.of(
        () -> {
          entered.countDown();
          try {
            new CountDownLatch(1).await(LIMIT.toSeconds(), TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            add("interrupted");
            Thread.currentThread().interrupt();
          }
        });
  }

  static void awaitOpen(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Messages run as one unit, with a line for its end. */
  Delivery unit(String name, Runnable... messages) {
    return new Delivery() {
      @Override
      public int size() {
        return messages.length;
      }

      @Override
      public void run(int index) {
        messages[index].run();
      }

      @Override
      public void finished() {
        lines.add(name + " finished");
      }
    };
  }
}
