// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.event.Level;

/** Tasks on virtual threads. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
class CoroutineTaskTest {
  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  private static Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.set(Settings.TASK_WORKER_NUM, 1).set(Settings.MAX_WAIT_TIME, 60.0);
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.TASK_ENABLE_COROUTINE, true);
    return server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  @ServerMatrix(transports = "nio")
  void runSideBySideOnOneTaskWorker(ServerVariant variant) {
    int tasks = 50;
    CyclicBarrier together = new CyclicBarrier(tasks);
    Server server = server(variant);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          together.await(60, TimeUnit.SECONDS);
          assertThat(s.taskworker() && s.workerId() == 1).isTrue();
          return task.data();
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
          Map<Integer, Object> results = s.taskWaitMulti(numbers, 60);
          Map<Integer, Object> expected = new HashMap<>();
          numbers.forEach(number -> expected.put(number, number));
          s.send(fd, results.equals(expected) ? "ok" : "results: " + results);
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readText(2)).isEqualTo("ok");
      assertThat(log.contains("No idle task worker")).isFalse();
      Traffic.until(() -> server.stats().get("tasking_num").equals(0));
      assertThat(server.stats().get("coroutine_peek_num")).isEqualTo(tasks);
    }
  }

  @ServerMatrix(transports = "nio")
  void giveEveryCallerItsOwnResult(ServerVariant variant) {
    Server server = server(variant).set(Settings.WORKER_NUM, 4);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          assertThat(task.has(TaskFlag.COROUTINE)).isTrue();
          assertThat(task.finish(TaskCallers.result(task))).isTrue();
          return null;
        });

    TaskCallers.getTheirOwnResults(server);
  }

  @ServerMatrix(transports = "nio")
  @ExpectErrors("handler of task threw")
  void areFinishedByTheirObjectsOnly(ServerVariant variant) {
    Server server = server(variant);
    server.on(Event.ERROR, (s, event, fd, workerId, cause) -> journal.add(cause.getMessage()));
    server.on(Event.TASK_OBJECT, (s, task) -> s.finish(task.data()));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.task("x"));

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor(
          "finish: called on the server (expected: Task.finish with task_enable_coroutine)");
    }
  }

  @ServerMatrix(transports = "nio")
  @ExpectErrors("handler of task threw")
  void thatThrowOrAreLeftBehindGiveTheirPlacesBack(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_WAIT_TIME, 0.2);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          if (task.data().equals("throw")) {
            throw new IllegalStateException("asked for");
          }
          journal.add("stuck");
          while (release.getCount() > 0) {
            try {
              release.await();
            } catch (InterruptedException e) {
              // On purpose: the handler that does not listen.
              journal.add("interrupted");
            }
          }
          return null;
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("throw");
          s.task("stick");
          s.task("stick");
        });

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("stuck", 2);
      Traffic.until(() -> server.stats().get("tasking_num").equals(2));
      assertThat(server.reload(true)).isTrue();

      log.awaitContains(Level.WARN, "worker 1 did not leave its handler and was left behind");
      Traffic.until(() -> server.stats().get("tasking_num").equals(0));
    } finally {
      release.countDown();
    }
  }

  @ServerMatrix(transports = "nio")
  void thatWereBegunAreFinishedBeforeTheServerEnds(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          journal.add("begun");
          assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
          return task.data();
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("finished " + result));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("a");
          s.task("b");
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("begun", 2);
      server.shutdown();
      release.countDown();
    }
    assertThat(journal.lines()).contains("finished a", "finished b");
  }
}
