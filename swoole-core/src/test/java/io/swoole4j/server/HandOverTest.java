// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.net.Reactor;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** When what one side has ready reaches the other: reactor to worker, and worker to reactor. */
class HandOverTest {

  private static final int BATCH = 4096;
  private static final int PACKETS = 4 * BATCH;
  private static final int WATCHED = PACKETS - 100;
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final CountDownLatch sent = new CountDownLatch(1);
  private final AtomicInteger framed = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private final BlockingQueue<Boolean> handledMeanwhile = new LinkedBlockingQueue<>();

  /**
   * Packets of four bytes. The reactor does not get past the first before all are sent, so that it
   * reads the others at once; and waits near the end of them until all but a batch are handled.
   */
  private int length(ByteBuffer data) {
    int number = framed.incrementAndGet();
    if (number == 1) {
      waitUntil(() -> sent.getCount() == 0);
    } else if (number == WATCHED) {
      handledMeanwhile.add(waitUntil(() -> received.get() >= WATCHED - BATCH - 2));
    }
    return data.remaining() < 4 ? 0 : 4;
  }

  /** On the event loop, which must not throw: answers false after half a minute. */
  private static boolean waitUntil(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(100_000);
    }
    return condition.getAsBoolean();
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void manyPacketsOfOneReadAreHandedOverBeforeItHasEnded(ServerVariant variant) throws Exception {
    Server server = variant.newServer().set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(Settings.PACKAGE_LENGTH_FUNC, this::length);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> received.incrementAndGet());

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(new byte[4]);
      Traffic.until(() -> framed.get() == 1);
      client.send(new byte[PACKETS * 4 - 4]);
      sent.countDown();

      assertThat(Traffic.take(handledMeanwhile)).isTrue();
      Traffic.until(() -> received.get() == PACKETS);
      assertThat(server.stats()).containsEntry("dispatch_count", (long) PACKETS);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void whatAHandlerSendsLeavesAtAnyTimeBeforeItReturns(ServerVariant variant) {
    Semaphore go = new Semaphore(0);
    Server server = variant.newServer().set(Settings.REACTOR_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < 5; i++) {
            s.send(fd, String.valueOf(i));
            assertThat(go.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("?");
      for (int i = 0; i < 5; i++) {
        assertThat(client.readText(1)).isEqualTo(String.valueOf(i));
        // Long enough for the reactor to have nothing to look for any more.
        client.expectNothing(MOMENT);
        go.release();
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void reactorSleepsWhileAHandlerBlocksAndIsWokenByWhatItSends(ServerVariant variant) {
    Semaphore go = new Semaphore(0);
    Server server = variant.newServer().set(Settings.REACTOR_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < 3; i++) {
            assertThat(go.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            s.send(fd, "x");
          }
          assertThat(go.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("?");
      Traffic.until(() -> server.connections().size() == 1);
      Reactor reactor = server.engine().registry().find(1).reactor();
      for (int i = 0; i < 3; i++) {
        Traffic.until(reactor::hasToBeWoken);
        go.release();
        assertThat(client.readText(1)).isEqualTo("x");
      }
      Traffic.until(reactor::hasToBeWoken);
      go.release();
      // And it hands over as before.
      client.send("?");
      go.release(4);
      assertThat(client.readText(3)).isEqualTo("xxx");
    }
  }
}
