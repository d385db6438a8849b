// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Who is told of callbacks on virtual threads that take long. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
class CoroutineWatchTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicReference<Thread> waiting = new AtomicReference<>();
  private volatile boolean computing;

  @TempDir private Path directory;

  private static Server server(ServerVariant variant) {
    Server server = Lines.framed(variant.newServer());
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.WORKER_NUM, 1);
    return server.set(Settings.MAX_WAIT_TIME, 60.0);
  }

  private void waitForRelease() throws InterruptedException {
    waiting.set(Thread.currentThread());
    assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
  }

  private void compute() {
    while (computing) {
      Thread.onSpinWait();
    }
  }

  private void receive(Server server, long fd, int reactorId, byte[] data)
      throws InterruptedException {
    if (Lines.text(data).equals("wait")) {
      waitForRelease();
    } else {
      compute();
    }
    server.send(fd, data);
  }

  @ServerMatrix(transports = "nio")
  void requestSlowlogFileTellsOfOneThatOnlyWaits(ServerVariant variant) throws Exception {
    Path file = directory.resolve("slow.log");
    Server server = server(variant).on(Event.RECEIVE, this::receive);
    server.set(Settings.REQUEST_SLOWLOG_FILE, file.toString());
    server.set(Settings.REQUEST_SLOWLOG_TIMEOUT, 0.05);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      // One that takes long to get there is told of before it waits: then the next one.
      Traffic.until(
          () -> {
            if (clients.size() < 500) {
              clients.add(running.client().send("wait\n"));
            }
            return Files.readString(file).contains("CoroutineWatchTest.waitForRelease");
          });
      String told = Files.readString(file);
      release.countDown();

      clients.forEach(client -> assertThat(Lines.read(client)).isEqualTo("wait"));
      assertThat(told).contains("worker-0-coroutine-");
      assertThat(log.messages(Level.WARN)).noneMatch(line -> line.contains("waitForRelease"));
    } finally {
      release.countDown();
    }
  }

  @ServerMatrix(transports = "nio")
  void blockedCallbackTimeTellsOfOneThatComputesAndOfNoneThatWaits(ServerVariant variant) {
    Server server = server(variant).on(Event.RECEIVE, this::receive);
    server.set(Settings.BLOCKED_CALLBACK_TIME, 0.05);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient waits = running.client().send("wait\n");
      await().until(() -> isWaiting(waiting.get()));
      // What was seen of it before it waited has been told when the first of these is.
      int computed = 0;
      for (int i = 0; computed < 2; i++) {
        assertThat(i).isLessThan(100);
        log.clear();
        computing = true;
        RawClient computes = running.client().send("compute\n");
        String report =
            log.awaitContains(Level.WARN, "has been in one callback for").getFormattedMessage();
        computing = false;
        assertThat(Lines.read(computes)).isEqualTo("compute");
        // Or it took so long to get there.
        computed += report.contains("CoroutineWatchTest.compute") ? 1 : 0;
      }

      assertThat(log.messages(Level.WARN))
          .noneMatch(line -> line.contains("CoroutineWatchTest.waitForRelease"));
      release.countDown();
      assertThat(Lines.read(waits)).isEqualTo("wait");
    } finally {
      computing = false;
      release.countDown();
    }
  }

  private static boolean isWaiting(Thread thread) {
    return thread != null
        && (thread.getState() == Thread.State.WAITING
            || thread.getState() == Thread.State.TIMED_WAITING);
  }
}
