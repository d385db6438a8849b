// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static io.swoole4j.internal.worker.WorkerLog.LIMIT;
import static io.swoole4j.internal.worker.WorkerLog.awaitOpen;
import static io.swoole4j.internal.worker.WorkerLog.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.swoole4j.internal.util.ServerThreads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopWorkerTest {

  private final WorkerLog log = new WorkerLog();
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  private final AtomicInteger woken = new AtomicInteger();
  private final Wakeable reactor = woken::incrementAndGet;
  private final EventLoop loop = new DefaultEventLoop(new ServerThreads(9501).factory("worker"));

  @AfterEach
  void endLoop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(30_000);
  }

  private LoopWorker newWorker(WorkerEvents events) {
    return new LoopWorker(
        0,
        loop,
        new WorkerDuties(
            events,
            (died, cause) -> deaths.add(cause),
            CallbackRunner.INLINE,
            RequestLimit.NONE,
            true));
  }

  private LoopWorker startedWorker() {
    LoopWorker worker = newWorker(log);
    worker.start(reactor);
    log.awaitLines("start 0");
    return worker;
  }

  private void onLoop(Runnable task) {
    loop.submit(task).awaitUninterruptibly(30_000);
  }

  @Test
  void runsWorkerStartOnItsEventLoop() {
    LoopWorker worker = newWorker(log);
    assertThat(worker.thread()).isNull();
    assertThat(worker.isCurrent()).isFalse();

    worker.start(reactor);
    worker.deliver(
        Delivery.of(
            () ->
                log.add(
                    worker.isCurrent()
                        + " "
                        + loop.inEventLoop()
                        + " "
                        + (WorkerContext.current().worker() == worker))));

    log.awaitLines("start 0", "true true true");
    assertThat(worker.thread()).isNotNull();
    assertThat(worker.isCurrent()).isFalse();
  }

  @Test
  void runsWhatOtherThreadsDeliverInOrder() {
    LoopWorker worker = startedWorker();

    worker.deliver(log.unit("a", () -> log.add("a0"), () -> log.add("a1")));
    worker.deliver(log.line("b"));

    log.awaitLines("start 0", "a0", "a1", "a finished", "b");
  }

  @Test
  void countsWhatWaitsAndRuns() {
    LoopWorker worker = startedWorker();
    waitUntil(() -> worker.inFlight() == 0);
    CountDownLatch latch = new CountDownLatch(1);

    worker.deliver(WorkerLog.blockedBy(latch));
    waitUntil(() -> worker.progress() % 2 == 1);
    assertThat(worker.deliver(log.unit("a", () -> {}, () -> {}))).isEqualTo(2);
    assertThat(worker.inFlight()).isEqualTo(3);

    latch.countDown();
    waitUntil(() -> worker.inFlight() == 0 && worker.progress() % 2 == 0);
  }

  @Test
  void resumesFeedersAtOnceAsItsQueueIsTheLoops() {
    AtomicInteger resumed = new AtomicInteger();

    startedWorker().whenHalfEmpty(resumed::incrementAndGet);

    assertThat(resumed).hasValue(1);
  }

  @Test
  void runsAMessageInsideOfAnotherAsPartOfIt() {
    LoopWorker worker = startedWorker();

    onLoop(
        () ->
            worker.runNow(
                log.unit(
                    "outer",
                    () -> {
                      long progress = worker.progress();
                      WorkerContext.current().wakes().queued(reactor, 1);
                      worker.runNow(log.unit("inner", () -> log.add("inner")));
                      log.add("woken " + woken + ", progress +" + (worker.progress() - progress));
                    },
                    () -> log.add("next"))));

    log.awaitLines(
        "start 0", "inner", "inner finished", "woken 0, progress +0", "next", "outer finished");
    assertThat(woken).hasValue(1);
    assertThat(worker.progress() % 2).isZero();
  }

  @Test
  void goesOnWithFreshStateWhenAHandlerThrewAnError() {
    LoopWorker worker = startedWorker();
    Thread thread = worker.thread();
    Error error = new Error("end");

    worker.deliver(
        log.unit(
            "a",
            () -> log.add("a0"),
            () -> {
              throw error;
            },
            () -> log.add("a2")));
    worker.deliver(log.line("b"));

    log.awaitLines("start 0", "a0", "start 0", "a2", "a finished", "b");
    assertThat(deaths).containsExactly(error);
    assertThat(worker.thread()).isSameAs(thread);
    waitUntil(() -> worker.progress() % 2 == 0);
  }

  @Test
  void goesOnWhenAnErrorWasThrownInsideOfAnotherMessage() {
    LoopWorker worker = startedWorker();

    onLoop(
        () ->
            worker.runNow(
                log.unit(
                    "outer",
                    () -> {
                      worker.runNow(
                          log.unit(
                              "inner",
                              () -> {
                                throw new Error("inner");
                              },
                              () -> log.add("inner1")));
                      log.add("rest of outer");
                    })));

    log.awaitLines(
        "start 0", "start 0", "inner1", "inner finished", "rest of outer", "outer finished");
    assertThat(deaths).hasSize(1);
  }

  @Test
  void goesOnWhateverWasThrown() {
    LoopWorker worker = startedWorker();
    RuntimeException bug = new IllegalStateException("bug");

    worker.deliver(
        log.unit(
            "a",
            () -> {
              throw bug;
            },
            () -> log.add("a1")));

    log.awaitLines("start 0", "start 0", "a1", "a finished");
    assertThat(deaths).containsExactly(bug);
  }

  @Test
  void triesWorkerStartOnceMoreWhenThatThrowsAnError() {
    LoopWorker worker =
        newWorker(
            new WorkerEvents() {
              @Override
              public void workerStarted(int workerId) {
                log.add("start");
                throw new Error("start");
              }

              @Override
              public void workerStopped(int workerId) {}
            });

    worker.start(reactor);
    worker.deliver(log.line("message"));

    log.awaitLines("start", "start", "message");
    assertThat(deaths).hasSize(2);
  }

  @Test
  void dropsItsTimersWhenItIsLateBeforeItBeganToLeave() {
    LoopWorker worker =
        newWorker(
            new WorkerEvents() {
              @Override
              public void workerStarted(int workerId) {
                log.add("start");
                WorkerContext.current().timers().after(60_000, id -> {});
              }

              @Override
              public void workerStopped(int workerId) {
                log.add("stop");
              }
            });
    worker.start(reactor);
    log.awaitLines("start");

    // The event loop gets to neither before both were asked for.
    CountDownLatch asked = new CountDownLatch(1);
    loop.execute(() -> WorkerLog.awaitOpen(asked));
    Renewal renewal = worker.renew(true);
    worker.hurry(renewal);
    asked.countDown();

    assertThat(renewal.ended()).succeedsWithin(LIMIT);
    assertThat(renewal.begun()).succeedsWithin(LIMIT);
    log.awaitLines("start", "stop", "start");
  }

  @Test
  void stopsBehindWhatWaits() {
    LoopWorker worker = startedWorker();
    CountDownLatch latch = new CountDownLatch(1);
    worker.deliver(WorkerLog.blockedBy(latch));
    worker.deliver(log.line("before"));

    var stopped = worker.stop();
    assertThat(stopped).isNotDone();
    latch.countDown();

    assertThat(stopped).succeedsWithin(LIMIT);
    assertThat(log.lines()).containsExactly("start 0", "before", "stop 0");
  }

  @Test
  void doesNotStartAgainWhenWorkerStopThrowsAnError() {
    LoopWorker worker =
        newWorker(
            new WorkerEvents() {
              @Override
              public void workerStarted(int workerId) {
                log.add("start");
              }

              @Override
              public void workerStopped(int workerId) {
                throw new Error("stop");
              }
            });
    worker.start(reactor);

    assertThat(worker.stop()).succeedsWithin(LIMIT);

    assertThat(log.lines()).containsExactly("start");
    assertThat(deaths).isEmpty();
  }

  @Test
  void countsAsStoppedOnceGivenUp() {
    LoopWorker worker = startedWorker();
    CountDownLatch latch = new CountDownLatch(1);
    worker.deliver(WorkerLog.blockedBy(latch));
    var stopped = worker.stop();

    worker.giveUp();

    assertThat(stopped).isCompleted();
    latch.countDown();
  }

  @Test
  void interruptReachesTheMessageThatRunsAndNoOther() {
    LoopWorker worker = startedWorker();
    CountDownLatch blocked = new CountDownLatch(1);
    worker.deliver(log.blockedUntilInterrupted(blocked));
    worker.deliver(Delivery.of(() -> log.add("left " + Thread.currentThread().isInterrupted())));
    awaitOpen(blocked);

    worker.interrupt();

    log.awaitLines("start 0", "interrupted", "left false");
  }

  @Test
  void dropsWhatComesAfterTheEndOfItsLoop() {
    LoopWorker worker = startedWorker();
    endLoop();

    worker.deliver(log.line("late"));

    assertThat(worker.inFlight()).isZero();
    assertThat(log.lines()).containsExactly("start 0");
  }
}
