// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.Level;

/** Reloads renew workers one after the other and nothing else. */
class ReloadTest {

  private final Journal journal = new Journal();

  private Server server(ServerVariant variant, int workers) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, workers);
    // Nobody is forced to leave where that is not what is to be seen.
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.BEFORE_RELOAD, s -> journal.add("beforeReload" + role()));
    server.on(Event.AFTER_RELOAD, s -> journal.add("afterReload" + role()));
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart " + workerId));
    server.on(Event.WORKER_EXIT, (s, workerId) -> journal.add("workerExit " + workerId));
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop " + workerId));
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> journal.add("workerError " + id));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private Server server(ServerVariant variant, int workers, int taskWorkers) {
    Server server = server(variant, workers).set(Settings.TASK_WORKER_NUM, taskWorkers);
    server.on(Event.TASK, (s, taskId, workerId, data) -> null);
    return server;
  }

  /** Waits until all have begun: before that, a reload finds nothing to renew. */
  private void awaitStarted(int workers) {
    for (int id = 0; id < workers; id++) {
      journal.waitFor("workerStart " + id);
    }
  }

  private static String role() {
    return Thread.currentThread().getName().replaceAll("swoole-[0-9]+", " on");
  }

  private void reload(Server server) {
    reload(server, false);
  }

  private void reload(Server server, boolean tasksOnly) {
    int before = journal.count("afterReload on-manager");
    // An earlier one runs until the handler of its last event has returned.
    await().until(() -> server.reload(tasksOnly));
    journal.waitFor("afterReload on-manager", before + 1);
  }

  @ServerMatrix
  void renewsWorkersOneAfterTheOtherBetweenItsTwoEvents(ServerVariant variant) {
    Server server = server(variant, 2, 2);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");
      awaitStarted(4);
      List<String> expected =
          List.of(
              "beforeReload on-manager",
              "workerStop 0",
              "workerStart 0",
              "workerStop 1",
              "workerStart 1",
              "workerStop 2",
              "workerStart 2",
              "workerStop 3",
              "workerStart 3",
              "afterReload on-manager");
      // A worker that takes more than 100 ms for a handler is passed by: then once more.
      for (int i = 0; i < 20 && Collections.indexOfSubList(journal.lines(), expected) < 0; i++) {
        reload(server);
      }
      assertThat(journal.lines()).containsSequence(expected);
      assertThat(client.send("b").readText(1)).isEqualTo("b");
      assertThat(server.getClientList()).containsExactly(1L);
    }
    assertThat(journal.count("workerStop 0")).isEqualTo(journal.count("workerStart 0"));
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isDoneOnlyOnceTheWorkersThatWereHeldUpServeAgain(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Server server = server(variant, 2);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          if (entered.getCount() == 0 && workerId == 0) {
            journal.neverWithin(Duration.ofMillis(100), "afterReload");
          }
          journal.add("workerStart " + workerId);
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (s.workerId() == 0) {
            entered.countDown();
            release.await();
          }
          s.send(fd, data);
        });

    try (RunningServer running = RunningServer.start(server)) {
      awaitStarted(2);
      RawClient first = running.client();
      assertThat(first.send("a").readText(1)).isEqualTo("a");
      RawClient second = running.client().send("b");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.reload()).isTrue();
      journal.waitFor("workerStart 1", 2);
      release.countDown();
      assertThat(second.readText(1)).isEqualTo("b");
      journal.waitFor("afterReload on-manager");
    }
    assertThat(journal.count("workerStart 0")).isEqualTo(2);
    assertThat(journal.lines().lastIndexOf("workerStart 0"))
        .isLessThan(journal.lines().indexOf("afterReload on-manager"));
  }

  @ServerMatrix
  void askedForInTheStartEventRenewsOnceTheServerRuns(ServerVariant variant) {
    Server server = server(variant, 2, 1);
    server.on(Event.START, s -> journal.add("asked " + s.reload(true) + s.reload()));
    server.on(Event.BEFORE_RELOAD, s -> journal.add("beforeReload " + s.state()));

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("afterReload on-manager");
      for (int id = 0; id < 3; id++) {
        journal.waitFor("workerStart " + id, 2);
      }
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
      reload(server);
    }

    assertThat(journal.lines()).startsWith("asked truetrue");
    assertThat(journal.count("beforeReload RUNNING")).isEqualTo(2);
    assertThat(journal.count("workerStart 0")).isEqualTo(3);
  }

  @ServerMatrix(transports = "nio")
  void leavesUserProcessesUntouched(ServerVariant variant) {
    AtomicInteger runs = new AtomicInteger();
    BlockingQueue<String> questions = new LinkedBlockingQueue<>();
    Server server = server(variant, 2);
    server.addProcess(
        UserProcess.thread(
            (s, id) -> {
              int run = runs.incrementAndGet();
              while (true) {
                // fails at once if it was asked to end before
                journal.add(questions.take() + " by run " + run);
              }
            }));

    try (RunningServer running = RunningServer.start(server)) {
      awaitStarted(2);
      for (int i = 0; i < 3; i++) {
        questions.add("answer " + i);
        journal.waitFor("answer " + i + " by run 1");
        reload(running.server());
      }
      questions.add("last answer");
      journal.waitFor("last answer by run 1");
    }
    assertThat(runs).hasValue(1);
  }

  @ServerMatrix
  void startsEveryWorkerAsOftenAsItIsReloaded(ServerVariant variant) {
    Server server = server(variant, 2, 3);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      awaitStarted(5);
      for (int i = 0; i < 5; i++) {
        reload(running.server());
      }
      assertThat(log.messages(Level.INFO)).filteredOn("reloading all workers"::equals).hasSize(5);
      assertThat(log.messages(Level.WARN)).isEmpty();
      assertThat(log.messages(Level.ERROR)).isEmpty();
    }

    for (int id = 0; id < 5; id++) {
      assertThat(journal.count("workerStart " + id)).isEqualTo(6);
      assertThat(journal.count("workerStop " + id)).isEqualTo(6);
    }
    assertThat(journal.count("workerExit 0")).isZero();
  }

  @ServerMatrix
  void reloadsOfTaskWorkersAloneRenewNobodyElse(ServerVariant variant) {
    Server server = server(variant, 2, 3);

    try (RunningServer running = RunningServer.start(server)) {
      awaitStarted(5);
      for (int i = 0; i < 3; i++) {
        reload(running.server());
        reload(running.server(), true);
      }

      for (int id = 0; id < 5; id++) {
        assertThat(journal.count("workerStart " + id))
            .as("worker %d", id)
            .isEqualTo(id < 2 ? 4 : 7);
      }
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
    }
  }

  @ServerMatrix
  void answersClientThatAsksForIt(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "reload " + s.reload()));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("reload").readText(11)).isEqualTo("reload true");
      journal.waitFor("afterReload on-manager");
    }
  }

  @ServerMatrix
  void finishesTheMessageItIsInAndLeavesTheRestToTheNext(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger incarnation = new AtomicInteger();
    Server server = server(variant, 1).set("open_eof_split", true).set("package_eof", "\n");
    server.workerHandlers(
        id ->
            new ReceiveHandler() {
              private final int number = incarnation.incrementAndGet();

              @Override
              public void onReceive(Server s, long fd, int reactorId, byte[] data)
                  throws Exception {
                entered.countDown();
                release.await();
                s.send(fd, number + ":" + new String(data, UTF_8));
              }
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("a\nb\nc\n");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      // What a reload asks of each worker, here so that it is certain to have been asked.
      assertThat(server.stop(0)).isTrue();
      release.countDown();

      assertThat(client.readUntil("c\n")).isEqualTo("1:a\n2:b\n2:c\n");
    }
  }

  @ServerMatrix
  void isDiscardedWhileOneIsGoingOn(ServerVariant variant) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Server server = server(variant, 2);
    server.on(
        Event.BEFORE_RELOAD,
        s -> {
          journal.add("beforeReload");
          release.await();
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.server().reload()).isTrue();
      journal.waitFor("beforeReload");
      assertThat(server.reload()).isFalse();
      assertThat(server.getLastError()).isEqualTo(509);
      assertThat(server.reload(true)).isFalse();
      release.countDown();
      journal.waitFor("afterReload on-manager");
      Traffic.until(server::reload);
      journal.waitFor("afterReload on-manager", 2);
    }
    assertThat(journal.count("workerStart 0")).isEqualTo(3);
  }

  @ServerMatrix(transports = "nio")
  void isRefusedBeforeTheStartAndAfterTheEnd(ServerVariant variant) {
    Server server = server(variant, 1);
    assertThat(server.reload()).isFalse();
    assertThat(server.getLastError()).isEqualTo(509);

    RunningServer.start(server).close();

    assertThat(server.reload()).isFalse();
    assertThat(journal.count("beforeReload on-manager")).isZero();
  }

  @ServerMatrix
  void callsWorkerExitWhileTimersAreLeftAndStopsWithoutThem(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(Event.START, s -> journal.add("start"));
    server.on(Event.MANAGER_START, s -> journal.add("managerStart"));
    long[] timer = new long[1];
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart");
          journal.add("start " + s.getWorkerStatus(-1).orElseThrow());
          if (journal.count("workerStart") == 1) {
            timer[0] = s.tick(10, id -> journal.add("tick"));
          }
        });
    server.on(
        Event.WORKER_EXIT,
        (s, workerId) -> {
          journal.add("workerExit " + s.workerId());
          journal.add("exit " + s.getWorkerStatus(s.workerId()).orElseThrow());
          s.clearTimer(timer[0]);
        });

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("tick", 2);
      reload(running.server());
      journal.waitFor("workerStart", 2);
    }

    assertThat(journal.lines())
        .filteredOn(line -> !line.equals("tick") && !line.equals("managerStart"))
        .containsExactly(
            "start",
            "workerStart",
            "start IDLE",
            "beforeReload on-manager",
            "workerExit 0",
            "exit EXIT",
            "workerStop 0",
            "workerStart",
            "start IDLE",
            "afterReload on-manager",
            "workerStop 0");
    // In BASE mode one worker needs no manager.
    boolean managed = variant.mode() == ServerMode.PROCESS;
    assertThat(journal.lines().indexOf("managerStart")).isEqualTo(managed ? 1 : -1);
    assertThat(journal.lines().subList(0, journal.lines().indexOf("workerExit 0")))
        .filteredOn("tick"::equals)
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(journal.lines().lastIndexOf("tick"))
        .isLessThan(journal.lines().indexOf("workerStop 0"));
  }

  @ServerMatrix
  void finishesTimersWhileTheNextWorkerServes(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.reload();
          s.after(20, () -> step(s, fd, 1));
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("go");
      assertThat(client.readUntil("5\n")).isEqualTo("1\n2\n3\n4\n5\n");
      journal.waitFor("workerStop 0");
      journal.waitFor("afterReload on-manager");
    }

    assertThat(journal.lines().indexOf("workerStart 0")).isZero();
    assertThat(journal.count("workerExit 0")).isGreaterThanOrEqualTo(4);
    // The next one has begun before the first has ended.
    assertThat(journal.lines().lastIndexOf("workerStart 0"))
        .isLessThan(journal.lines().indexOf("workerStop 0"));
  }

  /** One step after the other once its worker leaves, the last once the next one serves. */
  private void step(Server server, long fd, int number) {
    boolean waits =
        journal.count("workerExit 0") == 0 || (number == 5 && journal.count("workerStart 0") < 2);
    if (!waits) {
      server.send(fd, number + "\n");
    }
    if (waits || number < 5) {
      server.after(20, () -> step(server, fd, waits ? number : number + 1));
    }
  }

  @ServerMatrix
  void dropsTimersThatAreLeftAfterMaxWaitTime(ServerVariant variant) {
    Server server = server(variant, 1).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart");
          s.tick(20, id -> journal.add("tick of " + journal.count("workerStart")));
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      journal.waitFor("workerStart");
      reload(running.server());
      log.awaitContains(Level.WARN, "[9101] worker 0 did not leave");
    }

    assertThat(journal.count("workerStop 0")).isEqualTo(2);
    assertThat(journal.count("workerExit 0")).isGreaterThanOrEqualTo(2);
  }

  @ServerMatrix
  void dropsTimersAtOnceWithoutReloadAsync(ServerVariant variant) {
    Server server = server(variant, 1).set(Settings.RELOAD_ASYNC, false);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart");
          s.after(60_000, () -> journal.add("late"));
        });

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("workerStart");
      reload(running.server());
    }

    assertThat(journal.lines())
        .containsExactly(
            "workerStart",
            "beforeReload on-manager",
            "workerStop 0",
            "workerStart",
            "afterReload on-manager",
            "workerStop 0");
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void leavesBlockedThreadBehindAndLosesItsMessageOnly(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch came = new CountDownLatch(1);
    Server server = server(variant, 1).set(Settings.MAX_WAIT_TIME, 0.2);
    server.set("open_eof_split", true).set("package_eof", "\n");
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data[0] == 'b') {
            entered.countDown();
            awaitUninterruptibly(release);
            assertThat(s.workerId()).isZero();
            came.countDown();
          }
          s.send(fd, data);
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("a\nb\nc\nd\n");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      reload(running.server());

      assertThat(client.readUntil("d\n")).isEqualTo("a\nc\nd\n");
      log.awaitContains(Level.WARN, "worker 0 did not leave its handler and was left");
      Traffic.untilStats(server, Map.of("abandoned_worker_count", 1L));
      release.countDown();
      assertThat(came.await(30, TimeUnit.SECONDS)).isTrue();
      // What it sends is still sent, but it serves nobody.
      assertThat(client.readUntil("b\n")).isEqualTo("b\n");
      client.send("e\nf\n");
      assertThat(client.readUntil("f\n")).isEqualTo("e\nf\n");
      assertThat(journal.count("workerStop 0")).isZero();
    }
    assertThat(journal.count("workerStart 0")).isEqualTo(2);
    assertThat(journal.count("workerError 0")).isZero();
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void waitsForAllBlockedWorkersAtTheSameTime(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(3);
    CountDownLatch release = new CountDownLatch(1);
    Server server = server(variant, 3).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          entered.countDown();
          awaitUninterruptibly(release);
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      for (int i = 0; i < 3; i++) {
        running.client().send("x");
      }
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      reload(running.server());

      Traffic.untilStats(server, Map.of("abandoned_worker_count", 3L));
      assertThat(
              log.messages(Level.WARN).stream()
                  .filter(line -> line.contains("did not leave"))
                  .map(line -> line.replaceAll("worker \\d.*", "")))
          .startsWith("[9101] ", "[9101] ", "[9101] ");
      release.countDown();
    }
  }

  @ServerMatrix(transports = "nio")
  void leavesBlockedTaskBehindWhichAnswersForItselfOnly(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch late = new CountDownLatch(1);
    CountDownLatch next = new CountDownLatch(1);
    Server server = server(variant, 1, 1).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (data.equals("stuck")) {
            entered.countDown();
            awaitUninterruptibly(release);
            s.finish("late");
            late.countDown();
            return null;
          }
          journal.add("begun " + data);
          awaitUninterruptibly(next);
          s.finish("done");
          return null;
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("result " + id + " " + result));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.task(new String(data, UTF_8)));

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("stuck");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      reload(running.server(), true);

      // Its place is free although its handler has not returned.
      await().until(() -> server.stats().get("tasking_num").equals(0));
      running.client().send("second");
      journal.waitFor("begun second");
      release.countDown();
      assertThat(late.await(30, TimeUnit.SECONDS)).isTrue();
      journal.waitFor("result 0 late");
      next.countDown();
      journal.waitFor("result 1 done");
      await().until(() -> server.stats().get("tasking_num").equals(0));
    }
    assertThat(journal.lines().stream().filter(line -> line.startsWith("result")))
        .containsExactly("result 0 late", "result 1 done");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean open = false;
    while (!open) {
      try {
        open = latch.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // On purpose: the handler that does not listen.
      }
    }
  }

  @ServerMatrix
  void interruptsHandlerThatBlocksAndNotTheWorkerThatAskedForTheReload(ServerVariant variant) {
    CountDownLatch entered = new CountDownLatch(1);
    Server server = server(variant, 2).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart " + workerId);
          if (journal.count("workerStart " + workerId) > 1) {
            return;
          }
          if (workerId == 1) {
            s.tick(
                10,
                timer -> {
                  if (entered.getCount() == 0 && s.reload()) {
                    s.clearTimer(timer);
                  }
                });
            return;
          }
          entered.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            journal.add("interrupted");
          }
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      journal.waitFor("afterReload on-manager");

      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
      log.awaitContains(Level.WARN, "[9101] worker 0 did not leave");
      assertThat(server.stats()).containsEntry("abandoned_worker_count", 0L);
    }

    assertThat(journal.count("interrupted")).isEqualTo(1);
    for (int id = 0; id < 2; id++) {
      assertThat(journal.count("workerStart " + id)).isEqualTo(2);
      assertThat(journal.count("workerStop " + id)).isEqualTo(2);
    }
  }

  @ServerMatrix
  void survivesWorkersThatAllAskForIt(ServerVariant variant) {
    Server server = server(variant, 4).set("task_worker_num", 1);
    server.on(Event.TASK, (s, taskId, workerId, data) -> null);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart");
          s.after(50, s::reload);
        });

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("workerStart", 40);
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
      assertThat(server.state()).isEqualTo(ServerState.RUNNING);
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of [a-zA-Z]+ threw")
  void goesOnWhenItsHandlersThrow(ServerVariant variant) {
    Server server = server(variant, 1);
    AtomicLong timer = new AtomicLong();
    server.on(Event.BEFORE_RELOAD, s -> fail("beforeReload"));
    server.on(
        Event.AFTER_RELOAD,
        s -> {
          journal.add("afterReload on-manager");
          throw new IllegalStateException("asked for");
        });
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          timer.set(s.after(60_000, () -> journal.add("late")));
          fail("workerStart");
        });
    server.on(
        Event.WORKER_EXIT,
        (s, workerId) -> {
          s.clearTimer(timer.get());
          fail("workerExit");
        });
    server.on(Event.WORKER_STOP, (s, workerId) -> fail("workerStop"));

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      journal.waitFor("workerStart");
      reload(running.server());
      reload(running.server());
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
      assertThat(log.contains(Level.WARN, "did not leave its handler")).isFalse();
    }

    assertThat(journal.count("beforeReload")).isEqualTo(2);
    assertThat(journal.count("workerStart")).isEqualTo(3);
    assertThat(journal.count("workerExit")).isEqualTo(3);
    assertThat(journal.count("workerStop")).isEqualTo(3);
    assertThat(journal.count("workerError 0")).isZero();
  }

  private void fail(String event) {
    journal.add(event);
    throw new IllegalStateException("asked for");
  }

  @ServerMatrix
  @ExpectErrors("handler of [a-zA-Z]+ threw")
  void replacesWorkerWhoseStopThrowsAnError(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.WORKER_STOP,
        (s, workerId) -> {
          throw new AssertionError("asked for");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");
      reload(running.server());
      journal.waitFor("workerError 0");
      assertThat(client.send("b").readText(1)).isEqualTo("b");
    }

    assertThat(journal.count("workerStart 0")).isEqualTo(2);
    assertThat(journal.count("workerError 0")).isEqualTo(1);
  }
}
