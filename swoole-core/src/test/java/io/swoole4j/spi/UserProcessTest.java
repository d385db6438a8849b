// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.Event;
import io.swoole4j.server.Journal;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerState;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What runs beside the workers, and how it is looked after. */
class UserProcessTest {

  private static final int FRAMES = 10;
  private static final int FRAME_BYTES = 40 * 1024;

  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  private static Server echo(ServerVariant variant) {
    return variant
        .newServer()
        .set(Settings.WORKER_NUM, 2)
        .on(Event.RECEIVE, (server, fd, reactorId, data) -> server.send(fd, data));
  }

  private static UserProcess idle() {
    return UserProcess.thread((server, id) -> new CountDownLatch(1).await());
  }

  @ServerMatrix
  void isNumberedWhenAddedAndRunsBehindTheWorkers(ServerVariant variant) {
    Server server = echo(variant);
    UserProcess process =
        UserProcess.thread(
            (handle, id) -> {
              journal.add(id + " on " + Thread.currentThread().getName());
              new CountDownLatch(1).await();
            });

    assertThat(server.addProcess(process)).isZero();
    assertThat(server.addProcess(process)).isEqualTo(1);

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("2 on swoole-" + running.port() + "-user");
      journal.waitFor("3 on swoole-" + running.port() + "-user");
      assertThat(server.stats()).containsEntry("user_worker_num", 2);
    }
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void bringsManagerIntoBaseModeWithOneWorker(ServerVariant variant) {
    Server server = echo(variant).set(Settings.WORKER_NUM, 1);
    server.on(Event.MANAGER_START, s -> journal.add("managerStart"));
    server.addProcess(idle());

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.server().managerPid()).isEqualTo(ProcessHandle.current().pid());
    }

    assertThat(journal.lines()).containsExactly("managerStart");
  }

  @ServerMatrix
  void answersClientsOfWorkers(ServerVariant variant) {
    BlockingQueue<Map.Entry<Long, byte[]>> queue = new LinkedBlockingQueue<>();
    Server server = echo(variant);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> queue.add(Map.entry(fd, data)));
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              while (true) {
                Map.Entry<Long, byte[]> packet = queue.take();
                handle.send(packet.getKey(), packet.getValue());
              }
            }));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (String text : new String[] {"one", "two", "six"}) {
        assertThat(client.send(text).readText(3)).isEqualTo(text);
      }
    }
  }

  @ServerMatrix
  void readsWhatWorkersWriteAndAnswersClients(ServerVariant variant) {
    Server server = echo(variant);
    ThreadProcess process =
        UserProcess.thread(
            (handle, id, self) -> {
              while (true) {
                ByteBuffer message = ByteBuffer.wrap(self.read());
                byte[] text = new byte[message.remaining() - Long.BYTES];
                long fd = message.getLong();
                message.get(text);
                handle.send(fd, text);
              }
            });
    server.addProcess(process);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            process.write(
                ByteBuffer.allocate(Long.BYTES + data.length).putLong(fd).put(data).array()));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client();
      RawClient second = running.client();
      for (String text : new String[] {"one", "two", "six"}) {
        assertThat(first.send(text).readText(3)).isEqualTo(text);
        assertThat(second.send(text).readText(3)).isEqualTo(text);
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void writesToWhoeverReadsItsPipe(ServerVariant variant) throws Exception {
    CountDownLatch full = new CountDownLatch(1);
    Server server = echo(variant);
    ThreadProcess process =
        UserProcess.thread(
            (handle, id, self) -> {
              journal.add("nothing " + self.read(Duration.ZERO).isEmpty());
              for (int i = 0; i < ThreadProcess.MAX_WAITING; i++) {
                self.write(new byte[] {(byte) i});
              }
              journal.add("full " + self.write(new byte[1]));
              full.countDown();
              self.read();
            });
    server.addProcess(process);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < ThreadProcess.MAX_WAITING; i++) {
        assertThat(process.read(Duration.ofSeconds(30)).orElseThrow()).containsExactly(i);
      }
      assertThat(process.read(Duration.ofMillis(1))).isEmpty();
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
    assertThat(journal.lines()).containsExactly("nothing true", "full false");
  }

  @Test
  void hasAPipeThatHoldsSoManyMessagesOfBoundedLength() {
    ThreadProcess process = UserProcess.thread((handle, id) -> {});

    for (int i = 0; i < ThreadProcess.MAX_WAITING; i++) {
      assertThat(process.write(new byte[1])).isTrue();
    }
    assertThat(process.write(new byte[1])).isFalse();
    assertThatThrownBy(() -> process.write(new byte[ThreadProcess.MAX_MESSAGE + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("message: 65537 bytes (expected: 0..65536)");
  }

  private static void sendFrames(ServerHandle handle, long fd, char letter) {
    byte[] frame = new byte[FRAME_BYTES + 2];
    Arrays.fill(frame, (byte) letter);
    frame[FRAME_BYTES] = '\r';
    frame[FRAME_BYTES + 1] = '\n';
    for (int i = 0; i < FRAMES; i++) {
      assertThat(handle.send(fd, frame)).isTrue();
    }
  }

  @ServerMatrix
  void doesNotTearFramesThatWorkerSendsAtTheSameTime(ServerVariant variant) {
    BlockingQueue<Long> fds = new LinkedBlockingQueue<>();
    Server server = echo(variant);
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          fds.add(fd);
          sendFrames(s, fd, 'w');
        });
    server.addProcess(UserProcess.thread((handle, id) -> sendFrames(handle, fds.take(), 'u')));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      int ofWorker = 0;
      for (int i = 0; i < 2 * FRAMES; i++) {
        String frame = client.readText(FRAME_BYTES + 2);
        assertThat(frame).matches("(w{40960}|u{40960})\r\n");
        ofWorker += frame.startsWith("w") ? 1 : 0;
      }
      assertThat(ofWorker).isEqualTo(FRAMES);
    }
  }

  @ServerMatrix
  void looksAtConnectionsClosesThemAndShutsServerDown(ServerVariant variant) {
    CountDownLatch connected = new CountDownLatch(1);
    Server server = echo(variant);
    server.on(Event.CONNECT, (s, fd, reactorId) -> connected.countDown());
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              connected.await();
              journal.add("exist " + handle.exist(1) + " " + handle.exist(2));
              journal.add("list " + handle.getClientList(0, 10));
              journal.add("ip " + handle.getClientInfo(1).orElseThrow().remoteIp());
              journal.add("stats " + handle.stats().keySet().contains("request_count"));
              journal.add("connections " + handle.stats().get("connection_num"));
              journal.add("close " + handle.close(1) + " " + handle.close(1));
              journal.add("shutdown " + handle.shutdown());
            }));

    try (RunningServer running = RunningServer.start(server)) {
      try (RawClient client = running.client()) {
        client.expectEof();
      }
      running.awaitTerminated();
    }

    assertThat(journal.lines())
        .containsExactly(
            "exist true false",
            "list [1]",
            "ip 127.0.0.1",
            "stats true",
            "connections 1",
            "close true false",
            "shutdown true");
  }

  @ServerMatrix
  @ExpectErrors("user process 2 failed")
  void isStartedAgainWhenItEndsOrThrows(ServerVariant variant) {
    AtomicInteger runs = new AtomicInteger();
    Server server = echo(variant);
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              journal.add("run");
              switch (runs.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("first");
                case 2 -> throw new AssertionError("second");
                case 3 -> throw new InterruptedException("third");
                case 4 -> journal.add("returns");
                default -> new CountDownLatch(1).await();
              }
            }));

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      journal.waitFor("run", 5);
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
      assertThat(log.messages(Level.WARN))
          .containsExactly(
              "user process 2 ended with exit code 255, starting it again",
              "user process 2 ended with exit code 255, starting it again",
              "user process 2 ended with exit code 255, starting it again",
              "user process 2 ended with exit code 0, starting it again");
    }

    assertThat(journal.count("run")).isEqualTo(5);
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isNotStartedAgainAllTheTimeWhenItEndsAtOnce(ServerVariant variant) {
    Server server = echo(variant);
    server.addProcess(UserProcess.thread((handle, id) -> journal.add("run")));

    long begin = System.nanoTime();
    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      await().pollDelay(Duration.ofMillis(500)).until(() -> journal.count("run") > 1);
      int runs = journal.count("run");
      int lines = log.messages(Level.WARN).size();
      long pauses = millisSince(begin) / 100;
      assertThat(runs - 1L).isLessThanOrEqualTo(pauses);
      assertThat((long) lines).isLessThanOrEqualTo(pauses + 1);
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  @ExpectErrors("user process 2 failed")
  void isStartedAgainLaterEachTimeItFailsAtOnce(ServerVariant variant) {
    Server server = echo(variant);
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              journal.add("run");
              throw new IllegalStateException("on purpose");
            }));

    long begin = System.nanoTime();
    try (RunningServer running = RunningServer.start(server)) {
      // The pauses in between are of 100, 200 and 400 ms.
      journal.waitFor("run", 4);
      assertThat(millisSince(begin)).isGreaterThan(650);
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
    }
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  @ExpectErrors("user process 2 cannot be started")
  void isTriedAgainWhenItCannotBeStarted(ServerVariant variant) {
    UserProcess working = idle();
    AtomicInteger attempts = new AtomicInteger();
    Server server = echo(variant);
    server.addProcess(
        context -> {
          journal.add("attempt");
          if (attempts.incrementAndGet() < 3) {
            throw new IOException("no such program");
          }
          return working.start(context);
        });

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("attempt", 3);
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
    }
  }

  @ServerMatrix
  void hasTimeToCleanUpBeforeTheServerHasEnded(ServerVariant variant) {
    Server server = echo(variant).set(Settings.MAX_WAIT_TIME, 60.0);
    CountDownLatch entered = new CountDownLatch(1);
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              entered.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                await().pollDelay(Duration.ofMillis(100)).until(() -> true);
                journal.add("cleaned up");
              }
            }));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));

    RunningServer running = RunningServer.start(server);
    running.client().close();
    await().until(() -> entered.getCount() == 0);
    running.close();

    assertThat(journal.lines()).containsExactly("cleaned up", "shutdown");
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isNoErrorWhenItThrowsBecauseItWasToEnd(ServerVariant variant) {
    Server server = echo(variant);
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              journal.add("run");
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }));

    try (LogCapture log = LogCapture.of("io.swoole4j.spi")) {
      try (RunningServer running = RunningServer.start(server)) {
        journal.waitFor("run");
      }
      log.awaitContains(Level.WARN, "user process 2 failed when it was to end");
      assertThat(log.messages(Level.ERROR)).isEmpty();
    }
  }

  @ServerMatrix
  void doesNotPreventTheEndByIgnoringItsInterrupt(ServerVariant variant) {
    Server server = echo(variant).set(Settings.MAX_WAIT_TIME, 0.2);
    CountDownLatch entered = new CountDownLatch(1);
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              entered.countDown();
              while (release.getCount() > 0) {
                try {
                  release.await();
                } catch (InterruptedException e) {
                  journal.add("ignored");
                }
              }
            }));

    RunningServer running = RunningServer.start(server);
    try (LogCapture log = LogCapture.of(Server.class)) {
      await().until(() -> entered.getCount() == 0);
      running.close();
      log.awaitContains(Level.WARN, "user process 2 did not end in time");
      journal.waitFor("ignored");
    } finally {
      release.countDown();
    }

    assertThat(journal.lines()).containsOnly("ignored");
  }

  @ServerMatrix
  void endsWithWorkersWhenStartIsInterruptedBehindThem(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Thread starter = Thread.currentThread();
    UserProcess other = idle();
    Server server = echo(variant);
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart"));
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop"));
    server.addProcess(other);
    server.addProcess(
        context -> {
          starter.interrupt();
          new CountDownLatch(1).await();
          throw new IllegalStateException("unreachable");
        });

    try (LogCapture log = LogCapture.of(Server.class)) {
      assertThatThrownBy(server::startAsync)
          .isInstanceOf(IllegalStateException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      log.awaitContains(Level.ERROR, "user process 3 cannot be started");
    }

    assertThat(Thread.interrupted()).isTrue();
    assertThat(journal.count("workerStart")).isEqualTo(2);
    assertThat(journal.count("workerStop")).isEqualTo(2);
    before.awaitNothingOpenedSince();
  }
}
