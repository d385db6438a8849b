// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static io.swoole4j.internal.worker.WorkerLog.LIMIT;
import static io.swoole4j.internal.worker.WorkerLog.awaitAsleep;
import static io.swoole4j.internal.worker.WorkerLog.awaitOpen;
import static io.swoole4j.internal.worker.WorkerLog.blockedBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a thread worker begins and ends, and what an interrupt does to it. */
class ThreadWorkerEndTest extends ThreadWorkerFixture {

  @Test
  void keepsItsMailboxWhileNoThreadServesIt() throws InterruptedException {
    replace = false;
    ThreadWorker worker = startedWorker();
    Thread first = thread(worker);
    worker.deliver(
        Delivery.of(
            () -> {
              throw new Error("end");
            }));
    awaitEnded(first);

    worker.deliver(log.line("while dead"));
    CompletableFuture<Void> stopped = worker.stop();

    assertThat(worker.thread()).isNull();
    assertThat(worker.isCurrent()).isFalse();
    assertThat(worker.inFlight()).isGreaterThan(1);
    assertThat(stopped).isNotDone();
    assertThat(log.lines()).containsExactly("start 3");

    worker.startThread();
    log.awaitLines("start 3", "start 3", "while dead", "stop 3");
    assertThat(stopped).succeedsWithin(LIMIT);
  }

  @Test
  void refusesASecondThread() {
    ThreadWorker worker = startedWorker();

    assertThatThrownBy(worker::startThread)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("worker 3: served by swoole-9501-worker-3 (expected: no thread)");

    worker.deliver(log.line("still served"));
    log.awaitLines("start 3", "still served");
  }

  @Test
  void stopsBehindWhatWaits() throws InterruptedException {
    ThreadWorker worker = startedWorker();
    Thread thread = thread(worker);
    CountDownLatch latch = new CountDownLatch(1);
    worker.deliver(blockedBy(latch));
    worker.deliver(log.line("before"));

    CompletableFuture<Void> stopped = worker.stop();
    worker.deliver(log.line("behind"));
    assertThat(stopped).isNotDone();
    latch.countDown();

    assertThat(stopped).succeedsWithin(LIMIT);
    awaitEnded(thread);
    log.awaitLines("start 3", "before", "stop 3");
    assertThat(worker.progress() % 2).isZero();
    assertThat(worker.thread()).isNull();
    worker.startThread();
    assertThat(worker.thread()).isNull();
    assertThat(worker.stop()).isCompleted();
  }

  @Test
  void stopsAtOnceIfItNeverStarted() {
    ThreadWorker worker = newWorker(log);

    assertThat(worker.stop()).isCompleted();

    worker.startThread();
    assertThat(worker.thread()).isNull();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void endsWithoutAReplacementWhenWorkerStopThrowsAnError() throws InterruptedException {
    ThreadWorker worker =
        newWorker(
            new WorkerEvents() {
              @Override
              public void workerStarted(int workerId) {}

              @Override
              public void workerStopped(int workerId) {
                throw new Error("stop");
              }
            });
    worker.startThread();
    Thread thread = thread(worker);

    assertThat(worker.stop()).succeedsWithin(LIMIT);

    awaitEnded(thread);
    assertThat(deaths).isEmpty();
  }

  @Test
  void interruptReachesTheMessageThatRunsAndNoOther() {
    ThreadWorker worker = startedWorker();
    CountDownLatch blocked = new CountDownLatch(1);
    worker.deliver(log.blockedUntilInterrupted(blocked));
    worker.deliver(Delivery.of(() -> log.add("left " + Thread.currentThread().isInterrupted())));
    awaitOpen(blocked);

    worker.interrupt();

    log.awaitLines("start 3", "interrupted", "left false");
  }

  @Test
  void sleepsAlthoughAHandlerLeftAnInterruptBehind() {
    ThreadWorker worker = startedWorker();

    worker.deliver(Delivery.of(() -> Thread.currentThread().interrupt()));

    awaitAsleep(thread(worker));
    worker.deliver(log.line("after"));
    log.awaitLines("start 3", "after");
  }

  @Test
  void touchesNothingMoreOnceGivenUpInAHandler() throws InterruptedException {
    ThreadWorker worker = startedWorker();
    Thread thread = thread(worker);
    CountDownLatch latch = new CountDownLatch(1);
    worker.deliver(log.unit("a", () -> awaitOpen(latch), () -> log.add("rest of the delivery")));
    worker.deliver(log.line("behind"));
    CompletableFuture<Void> stopped = worker.stop();

    worker.giveUp();

    assertThat(stopped).isCompleted();
    assertThat(worker.thread()).isNull();
    latch.countDown();
    awaitEnded(thread);
    worker.startThread();
    assertThat(worker.thread()).isNull();
    assertThat(worker.stop()).isCompleted();
    assertThat(log.lines()).containsExactly("start 3");
  }

  @Test
  void isNotReplacedWhenItDiesAfterItWasGivenUp() throws InterruptedException {
    ThreadWorker worker = startedWorker();
    Thread thread = thread(worker);
    CountDownLatch latch = new CountDownLatch(1);
    worker.deliver(
        Delivery.of(
            () -> {
              awaitOpen(latch);
              throw new Error("late");
            }));

    worker.giveUp();
    latch.countDown();

    awaitEnded(thread);
    assertThat(deaths).isEmpty();
  }

  @Test
  void endsWhereverItIsWhenGivenUp() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      ThreadWorker worker = newWorker(new WorkerLog());
      worker.startThread();
      Thread thread = thread(worker);
      for (int j = 0; j < i * 40; j++) {
        Thread.onSpinWait();
      }

      worker.giveUp();

      awaitEnded(thread);
    }
  }
}
