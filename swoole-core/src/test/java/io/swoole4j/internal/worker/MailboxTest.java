// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static io.swoole4j.internal.worker.WorkerLog.awaitAsleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailboxTest {

  private static final int HALF = Mailbox.CAPACITY / 2;

  private final Mailbox mailbox = new Mailbox();
  private final List<Thread> started = new ArrayList<>();
  private volatile boolean ended;

  @AfterEach
  void endThreads() throws InterruptedException {
    ended = true;
    mailbox.offer(messages(1));
    for (Thread thread : started) {
      thread.join(30_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private Thread start(Runnable task) {
    Thread thread = new Thread(task, "mailbox-test");
    started.add(thread);
    thread.start();
    return thread;
  }

  /** Serves the mailbox as a worker does until the test ends. */
  private Thread serve(Runnable afterEach) {
    return start(
        () -> {
          while (!ended) {
            Delivery next = mailbox.poll();
            if (next == null) {
              mailbox.await(Long.MAX_VALUE);
            } else {
              mailbox.done(next.size());
              afterEach.run();
            }
          }
        });
  }

  private static Delivery messages(int size) {
    return new Delivery() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public void run(int index) {}
    };
  }

  @Test
  void handsDeliveriesOutInTheOrderTheyCameIn() {
    Delivery first = messages(1);
    Delivery second = messages(1);

    mailbox.offer(first);
    mailbox.offer(second);

    assertThat(mailbox.poll()).isSameAs(first);
    assertThat(mailbox.poll()).isSameAs(second);
    assertThat(mailbox.poll()).isNull();
  }

  @Test
  void countsMessagesUntilTheyAreDone() {
    assertThat(mailbox.offer(messages(3))).isEqualTo(3);
    assertThat(mailbox.offer(messages(2))).isEqualTo(5);
    mailbox.poll();
    assertThat(mailbox.depth()).isEqualTo(5);

    mailbox.done(3);

    assertThat(mailbox.depth()).isEqualTo(2);
  }

  @Test
  void acceptsMoreThanItsCapacityAndTellsSo() {
    assertThat(mailbox.offer(messages(Mailbox.CAPACITY))).isEqualTo(Mailbox.CAPACITY);

    assertThat(mailbox.offer(messages(10))).isEqualTo(Mailbox.CAPACITY + 10);
  }

  @Test
  void resumesFeedersAtOnceWhileLessThanHalfFull() {
    AtomicInteger resumed = new AtomicInteger();
    mailbox.offer(messages(HALF - 1));

    mailbox.whenHalfEmpty(resumed::incrementAndGet);

    assertThat(resumed).hasValue(1);
  }

  @Test
  void resumesFeedersOnceWhenItGetsLessThanHalfFull() {
    AtomicInteger resumed = new AtomicInteger();
    mailbox.offer(messages(HALF + 1));

    mailbox.whenHalfEmpty(resumed::incrementAndGet);
    mailbox.whenHalfEmpty(resumed::incrementAndGet);
    mailbox.done(1);
    assertThat(resumed).hasValue(0);

    mailbox.done(1);
    assertThat(resumed).hasValue(2);

    mailbox.done(1);
    assertThat(resumed).hasValue(2);
  }

  @Test
  void losesNoFeederThatComesWhileItIsEmptied() throws Exception {
    int rounds = 3_000;
    AtomicInteger resumed = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(2);
    start(
        () -> {
          for (int i = 0; i < rounds; i++) {
            meet(barrier);
            mailbox.done(HALF);
            meet(barrier);
          }
        });

    for (int i = 0; i < rounds; i++) {
      mailbox.offer(messages(HALF));
      meet(barrier);
      mailbox.whenHalfEmpty(resumed::incrementAndGet);
      meet(barrier);

      assertThat(resumed).hasValue(i + 1);
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("barrier", e);
    }
  }

  @Test
  void sleepsWhileThereIsNothingAndWakesForAMessage() {
    AtomicInteger run = new AtomicInteger();
    Thread server = serve(run::incrementAndGet);
    awaitAsleep(server);

    mailbox.offer(messages(1));

    WorkerLog.waitUntil(() -> run.get() == 1);
    awaitAsleep(server);
  }

  @Test
  void doesNotSpinAfterAnInterrupt() {
    Thread server = serve(() -> {});
    awaitAsleep(server);

    server.interrupt();

    WorkerLog.waitUntil(() -> !server.isInterrupted());
    awaitAsleep(server);
  }

  @Test
  void losesNoWakeUpHoweverOffersAndSleepCoincide() throws InterruptedException {
    Semaphore handled = new Semaphore(0);
    serve(handled::release);
    Random random = new Random(7);

    for (int i = 0; i < 30_000; i++) {
      // Puts the offer before, into and behind the moment at which the server goes to sleep.
      int pause = random.nextInt(600);
      for (int j = 0; j < pause; j++) {
        Thread.onSpinWait();
      }
      mailbox.offer(messages(1));

      assertThat(handled.tryAcquire(30, TimeUnit.SECONDS)).as("message %s is handled", i).isTrue();
    }
  }

  @Test
  void handsOutEveryMessageOfManyThreadsOnce() throws InterruptedException {
    int producers = 4;
    int each = 10_000;
    AtomicInteger handled = new AtomicInteger();
    serve(handled::incrementAndGet);

    for (int i = 0; i < producers; i++) {
      start(
          () -> {
            for (int j = 0; j < each; j++) {
              mailbox.offer(messages(1));
            }
          });
    }

    WorkerLog.waitUntil(() -> handled.get() == producers * each);
    assertThat(mailbox.depth()).isZero();
  }
}
