// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/** Starts and stops that meet each other. */
class StartStopRaceTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Server echo(ServerVariant variant) {
    return variant
        .newServer()
        .on(Event.RECEIVE, (server, fd, reactorId, data) -> server.send(fd, data));
  }

  /** Runs the same call on several threads at once and returns what each answered or threw. */
  private static List<Object> together(int threads, Callable<?> call) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(threads);
    List<CompletableFuture<Object>> answers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CompletableFuture<Object> answer = new CompletableFuture<>();
      answers.add(answer);
      new Thread(
              () -> {
                try {
                  barrier.await(30, TimeUnit.SECONDS);
                  answer.complete(call.call());
                } catch (Exception e) {
                  answer.complete(e);
                }
              },
              "racer-" + i)
          .start();
    }
    List<Object> results = new ArrayList<>();
    for (CompletableFuture<Object> answer : answers) {
      results.add(answer.get(30, TimeUnit.SECONDS));
    }
    return results;
  }

  @ServerMatrix
  void startsOnceWhenStartedConcurrently(ServerVariant variant) throws Exception {
    Server server = echo(variant);

    List<Object> results = together(4, server::startAsync);

    assertThat(results).containsOnlyOnce(server);
    assertThat(results.stream().filter(IllegalStateException.class::isInstance)).hasSize(3);
    try (RawClient client = RawClient.connect(server.host(), server.getPort())) {
      assertThat(client.send("once").readText(4)).isEqualTo("once");
    }
    assertThat(server.shutdown()).isTrue();
    assertThat(server.awaitTermination(LIMIT)).isTrue();
  }

  @ServerMatrix
  void ignoresShutdownBeforeStart(ServerVariant variant) throws Exception {
    Server server = echo(variant);

    assertThat(server.shutdown()).isFalse();
    assertThat(server.state()).isEqualTo(ServerState.NEW);
    assertThat(server.awaitTermination(Duration.ZERO)).isFalse();

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
    }
  }

  @ServerMatrix
  void endsOnceHoweverOftenAndByWhomItIsShutDown(ServerVariant variant) throws Exception {
    Journal journal = new Journal();
    Server server = echo(variant);
    server.on(Event.BEFORE_SHUTDOWN, s -> journal.add("beforeShutdown"));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));
    server.startAsync();

    List<Object> answers = together(4, server::shutdown);

    assertThat(answers).containsOnly(true);
    assertThat(server.awaitTermination(LIMIT)).isTrue();
    assertThat(server.shutdown()).isTrue();
    assertThat(journal.lines()).containsExactly("beforeShutdown", "shutdown");
    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
  }

  @ServerMatrix
  void endsWhenShutDownConcurrentlyWithStart(ServerVariant variant) throws Exception {
    for (int i = 0; i < 10; i++) {
      Server server = echo(variant);
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      Thread stopper =
          new Thread(
              () -> {
                while (!server.shutdown()) {
                  Thread.onSpinWait();
                }
                answer.complete(true);
              },
              "stopper");
      stopper.start();

      assertThat(server.start()).isTrue();

      assertThat(answer.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
    }
  }

  @ServerMatrix
  void endsWhenShutDownWhileOnStartBlocks(ServerVariant variant) throws Exception {
    Journal journal = new Journal();
    CountDownLatch entered = new CountDownLatch(1);
    Server server = echo(variant).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.START,
        s -> {
          entered.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            journal.add("interrupted");
          }
        });
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart"));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));

    CompletableFuture<Boolean> started = new CompletableFuture<>();
    new Thread(() -> started.complete(server.start()), "starter").start();
    assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.state()).isEqualTo(ServerState.STARTING);
    assertThat(server.shutdown()).isTrue();

    assertThat(started.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(journal.lines()).startsWith("interrupted").endsWith("shutdown");
  }

  @ServerMatrix(transports = "nio")
  void endsAlthoughOnStartIgnoresItsInterrupt(ServerVariant variant) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Journal journal = new Journal();
    Server server = echo(variant).set(Settings.MAX_WAIT_TIME, 0.1);
    server.on(Event.START, s -> awaitWhateverHappens(s, release));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));

    try (LogCapture log = LogCapture.of("io.swoole4j.internal.lifecycle")) {
      assertThat(server.start()).isTrue();
      release.countDown();

      String line =
          log.awaitContains(Level.WARN, "start did not return in time and was given up")
              .getFormattedMessage();
      assertThat(line).contains("io.swoole4j.server.StartStopRaceTest");
    }
    assertThat(journal.lines()).containsExactly("shutdown");
  }

  private static void awaitWhateverHappens(Server server, CountDownLatch release) {
    server.shutdown();
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException ignored) {
        // this is the handler that cannot be interrupted
      }
    }
  }

  @ServerMatrix
  void shutsDownFromOnStartAfterStartingEverything(ServerVariant variant) {
    for (int workers = 1; workers <= 3; workers++) {
      Journal journal = new Journal();
      Server server = echo(variant).set(Settings.WORKER_NUM, workers);
      server.set(Settings.MAX_WAIT_TIME, 60.0);
      server.on(
          Event.START,
          s -> {
            journal.add("start");
            assertThat(s.shutdown()).isTrue();
          });
      server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart"));
      server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop"));
      server.on(Event.SHUTDOWN, s -> journal.add("shutdown"));

      assertThat(server.start()).isTrue();

      assertThat(journal.lines()).startsWith("start").endsWith("shutdown");
      assertThat(journal.count("workerStart")).isEqualTo(workers);
      assertThat(journal.count("workerStop")).isEqualTo(workers);
    }
  }

  @ServerMatrix
  void refusesToWaitForItsEndOnThreadsOfItsOwn(ServerVariant variant) throws Exception {
    Journal journal = new Journal();
    Server server = echo(variant);
    server.on(Event.START, s -> journal.add(waitForEnd(s)));
    server.on(Event.WORKER_START, (s, workerId) -> journal.add(waitForEnd(s)));
    server.on(Event.BEFORE_SHUTDOWN, s -> journal.add(waitForEnd(s)));
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              journal.add(waitForEnd(server));
              new CountDownLatch(1).await();
            }));

    int workers = variant.mode() == ServerMode.BASE ? 1 : server.setting(Settings.WORKER_NUM);
    try (RunningServer running = RunningServer.start(server)) {
      await().until(() -> journal.lines().size() == 2 + workers);
      assertThat(running.server().awaitTermination(Duration.ofMillis(1))).isFalse();
    }

    assertThat(journal.lines()).hasSize(3 + workers).containsOnly("refused");
  }

  private static String waitForEnd(Server server) throws InterruptedException {
    try {
      return "waited " + server.awaitTermination(Duration.ofMillis(1));
    } catch (IllegalStateException e) {
      return e.getMessage().startsWith("thread: swoole-") ? "refused" : e.toString();
    }
  }

  @ServerMatrix
  void waitsForItsEndOnThreadsOfAnotherServer(ServerVariant variant) {
    Server inner = echo(variant);
    Journal journal = new Journal();
    Server outer = variant.newServer();
    outer.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          inner.startAsync().shutdown();
          journal.add("ended " + inner.awaitTermination(LIMIT));
          s.send(fd, "done");
        });

    try (RunningServer running = RunningServer.start(outer)) {
      assertThat(running.client().send("go").readText(4)).isEqualTo("done");
    }

    assertThat(journal.lines()).containsExactly("ended true");
  }

  @ServerMatrix
  void answersStateErrorsToStartInHandlers(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          assertThatThrownBy(s::start).isInstanceOf(IllegalStateException.class);
          s.send(fd, "refused");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("start again").readText(7)).isEqualTo("refused");
    }
  }
}
