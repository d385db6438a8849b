// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static io.swoole4j.internal.worker.WorkerLog.LIMIT;
import static io.swoole4j.internal.worker.WorkerLog.blockedBy;
import static io.swoole4j.internal.worker.WorkerLog.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a thread worker runs messages, and how it goes on when one of them kills its thread. */
class ThreadWorkerTest extends ThreadWorkerFixture {

  @Test
  void beginsWithThreadSetupAndWorkerStartOnItsOwnThread() {
    ThreadWorker worker =
        newWorker(
            log,
            CallbackRunner.INLINE,
            id -> log.add("setup " + id + " " + Thread.currentThread().getName()));
    assertThat(worker.thread()).isNull();
    worker.deliver(log.line("queued before"));

    worker.startThread();

    log.awaitLines("setup 3 swoole-9501-worker-3", "start 3", "queued before");
    assertThat(worker.id()).isEqualTo(3);
  }

  @Test
  void runsMessagesInOrder() {
    ThreadWorker worker = startedWorker();

    worker.deliver(log.unit("a", () -> log.add("a0"), () -> log.add("a1")));
    worker.deliver(log.unit("b", () -> log.add("b0")));
    worker.deliver(log.line("c"));

    log.awaitLines("start 3", "a0", "a1", "a finished", "b0", "b finished", "c");
    waitUntil(() -> worker.inFlight() == 0);
  }

  @Test
  void callsEveryMessageThroughTheRunner() {
    ThreadWorker worker =
        newWorker(
            log,
            (delivery, index) -> {
              log.add("runner");
              delivery.run(index);
            },
            id -> {});
    worker.startThread();
    worker.deliver(log.line("message"));
    worker.stop();

    log.awaitLines("runner", "start 3", "runner", "message", "runner", "runner", "stop 3");
  }

  @Test
  void knowsItsOwnThread() {
    ThreadWorker worker = startedWorker();
    ThreadWorker other = newWorker(log);

    worker.deliver(Delivery.of(() -> log.add(worker.isCurrent() + " " + other.isCurrent())));

    log.awaitLines("start 3", "true false");
    assertThat(worker.isCurrent()).isFalse();
  }

  @Test
  void countsWhatWaitsAndRuns() {
    ThreadWorker worker = startedWorker();
    CountDownLatch latch = new CountDownLatch(1);

    assertThat(worker.deliver(blockedBy(latch))).isEqualTo(1);
    assertThat(worker.deliver(log.unit("a", () -> {}, () -> {}))).isEqualTo(3);
    assertThat(worker.inFlight()).isEqualTo(3);

    latch.countDown();
    waitUntil(() -> worker.inFlight() == 0);
  }

  @Test
  void hasOddProgressWhileAMessageRuns() {
    ThreadWorker worker = startedWorker();
    CountDownLatch latch = new CountDownLatch(1);
    waitUntil(() -> worker.progress() % 2 == 0);
    long idle = worker.progress();

    worker.deliver(blockedBy(latch));
    waitUntil(() -> worker.progress() == idle + 1);
    latch.countDown();

    waitUntil(() -> worker.progress() == idle + 2);
  }

  @Test
  void wakesTheReactorOfADeliveryOnceAtItsEndAndBeforeItDies() {
    AtomicInteger woken = new AtomicInteger();
    Wakeable reactor = woken::incrementAndGet;
    ThreadWorker worker = startedWorker();
    Runnable send =
        () -> {
          WorkerContext.current().wakes().queued(reactor, 10);
          log.add("woken " + woken.get());
        };

    worker.deliver(originatingFrom(reactor, send, send));
    worker.deliver(
        originatingFrom(
            reactor,
            send,
            () -> {
              throw new Error("end");
            },
            send));

    log.awaitLines("start 3", "woken 0", "woken 0", "woken 1", "start 3", "woken 2");
    waitUntil(() -> woken.get() == 3);
  }

  private Delivery originatingFrom(Wakeable reactor, Runnable... messages) {
    Delivery unit = log.unit("unit", messages);
    return new Delivery() {
      @Override
      public int size() {
        return unit.size();
      }

      @Override
      public void run(int index) {
        unit.run(index);
      }

      @Override
      public Wakeable origin() {
        return reactor;
      }
    };
  }

  @Test
  void losesOnlyTheMessageThatThrewAnError() throws InterruptedException {
    ThreadWorker worker = startedWorker();
    Thread first = thread(worker);
    Error error = new Error("end");

    worker.deliver(
        log.unit(
            "a",
            () -> log.add("a0"),
            () -> {
              throw error;
            },
            () -> log.add("a2"),
            () -> log.add("a3")));
    worker.deliver(log.line("b"));

    log.awaitLines("start 3", "a0", "start 3", "a2", "a3", "a finished", "b");
    awaitEnded(first);
    assertThat(deaths).containsExactly(error);
    assertThat(thread(worker)).isNotSameAs(first);
    waitUntil(() -> worker.inFlight() == 0 && worker.progress() % 2 == 0);
  }

  @Test
  void goesOnWhenTheLastMessageOfADeliveryThrows() {
    ThreadWorker worker = startedWorker();

    worker.deliver(
        log.unit(
            "a",
            () -> {
              throw new Error("end");
            }));
    worker.deliver(log.line("b"));

    log.awaitLines("start 3", "start 3", "a finished", "b");
    waitUntil(() -> worker.inFlight() == 0);
  }

  @Test
  void isReplacedWhateverWasThrown() {
    ThreadWorker worker = startedWorker();
    RuntimeException bug = new IllegalStateException("bug");

    worker.deliver(
        Delivery.of(
            () -> {
              throw bug;
            }));
    worker.deliver(log.line("after"));

    log.awaitLines("start 3", "start 3", "after");
    assertThat(deaths).containsExactly(bug);
  }

  @Test
  void isReplacedWhenWorkerStartThrewAnError() {
    AtomicInteger starts = new AtomicInteger();
    ThreadWorker worker =
        newWorker(
            new WorkerEvents() {
              @Override
              public void workerStarted(int workerId) {
                if (starts.incrementAndGet() < 3) {
                  throw new Error("start");
                }
              }

              @Override
              public void workerStopped(int workerId) {}
            });
    worker.deliver(log.line("message"));

    worker.startThread();

    log.awaitLines("message");
    assertThat(deaths).hasSize(2);
    waitUntil(() -> worker.progress() % 2 == 0);
  }

  @Test
  void keepsTheOrderOfEachSenderAcrossDeaths() throws Exception {
    ThreadWorker worker = startedWorker();
    int senders = 3;
    int messages = 600;
    List<List<Integer>> run = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < senders; i++) {
      int sender = i;
      run.add(new CopyOnWriteArrayList<>());
      threads.add(
          new Thread(
              () -> {
                for (int j = 0; j < messages; j += 3) {
                  worker.deliver(
                      log.unit(
                          "unit",
                          take(run.get(sender), j),
                          take(run.get(sender), j + 1),
                          take(run.get(sender), j + 2)));
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      awaitEnded(thread);
    }

    assertThat(worker.stop()).succeedsWithin(LIMIT);
    for (List<Integer> numbers : run) {
      assertThat(numbers).hasSize(messages).isSorted().doesNotHaveDuplicates();
    }
    assertThat(deaths).hasSize(senders * messages / 20);
  }

  private static Runnable take(List<Integer> run, int number) {
    return () -> {
      run.add(number);
      if (number % 20 == 7) {
        throw new Error("message " + number);
      }
    };
  }
}
