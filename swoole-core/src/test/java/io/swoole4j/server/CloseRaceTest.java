// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SingleThreadEventLoop;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.ConnectionRegistry;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Both sides, or several threads, end a connection at once. */
class CloseRaceTest {

  private final Queue<String> events = new ConcurrentLinkedQueue<>();

  /** Keeps an event loop busy, once it has come to that, until the latch is released. */
  private static CountDownLatch occupy(SingleThreadEventLoop loop, CountDownLatch occupied) {
    CountDownLatch release = new CountDownLatch(1);
    loop.execute(
        () -> {
          occupied.countDown();
          try {
            release.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return release;
  }

  private static SingleThreadEventLoop loopOf(Server server, long fd) {
    Connection connection = server.engine().registry().find(fd);
    return (SingleThreadEventLoop) connection.reactor().loop();
  }

  private static boolean isAsleep(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  /** Leaves the second connection known to the server, its connect event still in the reactor. */
  private void closeBeforeConnectEvent(ServerVariant variant, int dispatchMode) {
    Server server = variant.newServer();
    server.set(Settings.REACTOR_NUM, 1).set(Settings.WORKER_NUM, 1);
    server.set(Settings.DISPATCH_MODE, dispatchMode);
    // Nobody asks the event loop for a sign of life meanwhile.
    server.set(Settings.BLOCKED_CALLBACK_TIME, 3600.0);
    server.on(Event.CONNECT, (s, fd, reactorId) -> events.add("connect " + fd));
    server.on(Event.CLOSE, (s, fd, reactorId) -> events.add("close " + fd + " " + reactorId));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client();
      first.send("?").readExactly(1);
      SingleThreadEventLoop loop = loopOf(server, 1);
      // Nothing else may have to be done there: the worker sleeps when it has asked for all it
      // will.
      Traffic.until(() -> isAsleep(server.engine().workers().get(0).thread()));
      CountDownLatch occupied = new CountDownLatch(1);
      CountDownLatch before = occupy(loop, occupied);
      Traffic.until(() -> occupied.getCount() == 0);
      running.client();
      Traffic.until(() -> loop.pendingTasks() >= 1);
      CountDownLatch behind = occupy(loop, new CountDownLatch(1));
      before.countDown();
      Traffic.until(() -> server.exist(2));

      assertThat(server.close(2)).isTrue();
      behind.countDown();

      Traffic.until(() -> events.size() == 3);
      assertThat(events).containsExactly("connect 1", "connect 2", "close 2 -1");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void runsConnectEventBeforeCloseEventHoweverEarlyTheServerCloses(ServerVariant variant) {
    closeBeforeConnectEvent(variant, 2);
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void runsConnectEventBeforeCloseEventWhereWorkersAreFixedPerConnection(ServerVariant variant) {
    closeBeforeConnectEvent(variant, 8);
  }

  @ServerMatrix
  void answersHandlerThatSendsAfterCloseTheSameHoweverFastTheSocketGoes(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.close(fd, true);
          if (variant.mode() == ServerMode.PROCESS) {
            ConnectionRegistry registry = server.engine().registry();
            Traffic.until(() -> !registry.find(fd).channel().isOpen());
          }
          events.add(s.send(fd, "x") + " " + s.getLastError());
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> events.add("close " + reactorId));

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("?").expectReset();

      Traffic.untilNothingIsLeft(server);
      assertThat(events).containsExactly("close -1", "false 1001");
    }
  }

  @ServerMatrix
  void resetsConnectionThatIsGoneAlreadyWithoutAnError(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture log = LogCapture.of("io.netty");
        RunningServer running = RunningServer.start(server)) {
      running.client().send("?").readExactly(1);
      Connection connection = server.engine().registry().find(1);
      connection.channel().close().awaitUninterruptibly();
      connection.reset();
      connection.execute(() -> events.add("done"));

      Traffic.until(() -> events.contains("done"));
      Traffic.untilNothingIsLeft(server);
      assertThat(log.messages()).isEmpty();
    }
  }

  @ServerMatrix
  void letsOneOfManyThreadsClose(ServerVariant variant) throws Exception {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.CLOSE, (s, fd, reactorId) -> events.add("close " + fd));

    try (RunningServer running = RunningServer.start(server)) {
      for (int round = 1; round <= 20; round++) {
        long fd = round;
        RawClient client = running.client();
        client.send("?").readExactly(1);
        CountDownLatch go = new CountDownLatch(1);
        Queue<Boolean> answers = new ConcurrentLinkedQueue<>();
        List<Thread> threads =
            Stream.generate(
                    () ->
                        new Thread(
                            () -> {
                              try {
                                go.await();
                              } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                              }
                              answers.add(server.close(fd));
                            }))
                .limit(4)
                .toList();
        threads.forEach(Thread::start);
        go.countDown();
        if (round % 2 == 0) {
          client.close();
        }
        for (Thread thread : threads) {
          thread.join();
        }

        assertThat(answers.stream().filter(closed -> closed).count()).isLessThanOrEqualTo(1);
        if (round % 2 == 1) {
          client.expectEof();
          assertThat(answers).containsOnlyOnce(true);
        }
        client.close();
        Traffic.untilNothingIsLeft(server);
        assertThat(events).containsExactly("close " + fd);
        events.clear();
      }
    }
  }
}
