// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Tasks that nobody waits for, and what becomes of their results. */
class TaskTest {

  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  /** A server whose task workers answer what they got in upper case. */
  private static Server server(ServerVariant variant, int taskWorkers) {
    Server server =
        variant.newServer().set(Settings.WORKER_NUM, 1).set(Settings.TASK_WORKER_NUM, taskWorkers);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.TASK, (s, id, source, data) -> data.toString().toUpperCase(Locale.ROOT));
    return server;
  }

  private void hold() throws InterruptedException {
    assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @ServerMatrix
  void runsOnTaskWorkerAndFinishesOnTheWorkerThatAsked(ServerVariant variant) {
    Server server = server(variant, 1).set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          journal.add("asked by " + s.workerId());
          journal.add("task " + s.task(Map.of("fd", fd)));
        });
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          journal.add("task " + id + " of " + source + " on " + s.workerId() + s.taskworker());
          return data;
        });
    server.on(
        Event.FINISH,
        (s, id, result) -> {
          journal.add("finished on " + s.workerId());
          s.send((Long) ((Map<?, ?>) result).get("fd"), id + " done\n");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("0 done\n");
    }

    String worker = journal.lines().get(0).substring("asked by ".length());
    assertThat(journal.lines())
        .contains("task 0", "task 0 of " + worker + " on 2true", "finished on " + worker);
  }

  @ServerMatrix
  void countsIdsFromZeroInEveryWorkerAndAgainInItsSuccessor(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, 1);
      server.on(
          Event.RECEIVE,
          (s, fd, reactorId, data) -> {
            if (data[0] == 'd') {
              throw new AssertionError("ends the worker");
            }
            s.send(fd, s.task("a") + "," + s.task("b") + "\n");
          });

      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("go").readUntil("\n")).isEqualTo("0,1\n");
        assertThat(running.client().send("go").readUntil("\n")).isEqualTo("2,3\n");
        running.client().send("die");
        await().until(() -> log.contains("ended by"));
        assertThat(running.client().send("go").readUntil("\n")).isEqualTo("0,1\n");
      }
    }
  }

  @ServerMatrix
  void callsBackForOneTaskInsteadOfTheHandler(ServerVariant variant) {
    Server server = server(variant, 2);
    server.on(Event.TASK, (s, id, source, data) -> Map.of(data, s.workerId() == 1));
    server.on(Event.FINISH, (s, id, result) -> journal.add("handler " + id + result));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("a", 0, (t, id, result) -> journal.add("callback " + id + result));
          s.task("b", 1, (t, id, result) -> journal.add("callback " + id + result));
          s.task("c", 0, null);
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("callback 0{a=true}");
      journal.waitFor("callback 1{b=false}");
      journal.waitFor("handler 2{c=true}");
    }

    assertThat(journal.lines()).hasSize(3);
  }

  @ServerMatrix
  void finishesAsOftenAsItWantsAndOnceMoreWithWhatItReturns(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          assertThat(s.finish("one")).isTrue();
          assertThat(s.finish("two")).isTrue();
          return data.equals("return") ? "three" : null;
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add(id + " " + result));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("return");
          s.task("nothing");
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("1 two");
    }

    assertThat(journal.lines()).containsExactly("0 one", "0 two", "0 three", "1 one", "1 two");
  }

  @ServerMatrix
  void staysSilentWithoutResultAndWithoutFinishHandler(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          journal.add("task " + data);
          return data.equals("null") ? null : data;
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("null");
          s.task("result");
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("task result");
    }
  }

  @ServerMatrix
  void goesToTheTaskWorkerThatIsNamed(ServerVariant variant) {
    Server server = server(variant, 3);
    server.on(Event.TASK, (s, id, source, data) -> data + " on " + s.workerId());
    server.on(Event.FINISH, (s, id, result) -> journal.add((String) result));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int dst = 0; dst < 3; dst++) {
            s.task("to " + dst, dst);
            s.task("to " + dst, dst);
          }
          String beyond = s.task("x", 3) + " " + s.getLastError();
          String below = s.task("x", -2) + " " + s.getLastError();
          s.send(fd, beyond + " " + below + "\n");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("-1 505 -1 505\n");
      journal.waitFor("to 0 on 1", 2);
      journal.waitFor("to 1 on 2", 2);
      journal.waitFor("to 2 on 3", 2);
    }
  }

  @ServerMatrix
  void prefersAnIdleTaskWorkerAndWarnsOnceWhenThereIsNone(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, 2);
      server.on(
          Event.TASK,
          (s, id, source, data) -> {
            journal.add("begun on " + s.workerId());
            if (data.equals("wait")) {
              hold();
            }
            return data;
          });
      server.on(Event.FINISH, (s, id, result) -> journal.add("finished"));
      server.on(
          Event.RECEIVE,
          (s, fd, reactorId, data) -> {
            s.task("wait", 0);
            await().until(() -> journal.count("begun on 1") == 1);
            for (int i = 0; i < 5; i++) {
              int done = journal.count("begun on 2");
              s.task("quick");
              await().until(() -> journal.count("begun on 2") == done + 1);
              await().until(() -> s.stats().get("task_idle_worker_num").equals(1));
            }
            s.task("wait", 1);
            IntStream.range(0, 100).forEach(i -> s.task("late"));
            s.send(fd, s.stats().get("tasking_num") + " " + s.stats().get("task_count") + "\n");
          });

      long begin = System.nanoTime();
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("go").readUntil("\n")).isEqualTo("102 107\n");
        release.countDown();
        journal.waitFor("finished", 107);
        await().until(() -> server.stats().get("tasking_num").equals(0));
      }
      // At once, and then once a second.
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
      assertThat(log.messages())
          .filteredOn(message -> message.contains("No idle task worker is available"))
          .hasSizeBetween(1, (int) Math.min(seconds + 1, 99));
    }
  }

  @ServerMatrix
  void countsIdleTaskWorkersWithoutTheOneThatAsks(ServerVariant variant) {
    Server server = server(variant, 3);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (data.equals("wait")) {
            journal.add("waits");
            hold();
            return null;
          }
          return s.stats().get("task_idle_worker_num");
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("idle " + result));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("wait", 0);
          await().until(() -> journal.count("waits") == 1);
          s.task("ask");
        });

    try (RunningServer running = RunningServer.start(server)) {
      // Before they have begun they are not idle.
      await().until(() -> server.stats().get("task_idle_worker_num").equals(3));
      running.client().send("go");
      journal.waitFor("idle 1");
      release.countDown();
    }
  }

  @ServerMatrix
  void queuesThousandsForOneTaskWorkerInOrder(ServerVariant variant) {
    int tasks = 2048;
    AtomicInteger next = new AtomicInteger();
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (id == 0) {
            hold();
          }
          assertThat(id).isEqualTo(next.getAndIncrement());
          return id == tasks - 1 ? "OK" : null;
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < tasks; i++) {
            assertThat(s.task(new byte[2048 + i], 0, (t, id, r) -> t.send(fd, r + "\n")))
                .isEqualTo(i);
          }
          release.countDown();
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("OK\n");
    }
    assertThat(next).hasValue(tasks);
  }

  @ServerMatrix
  void refusesTasksBeyondTheBoundAndTakesThemAgainLater(ServerVariant variant) {
    Server server = server(variant, 2).set(Settings.MAX_QUEUED_TASKS, 3);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          hold();
          return data;
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("finished " + id));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          StringBuilder ids = new StringBuilder();
          IntStream.range(0, 3).forEach(i -> ids.append(s.task("x", 0)));
          ids.append(s.task("x", 0)).append(s.getLastError());
          IntStream.range(0, 3).forEach(i -> ids.append(s.task("x")));
          ids.append(s.task("x")).append(s.getLastError());
          ids.append(s.taskwait("x", 0.1).isPresent()).append(s.getLastError());
          release.countDown();
          await().until(() -> s.stats().get("tasking_num").equals(0));
          s.send(fd, ids.append(s.task("x")) + "\n");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n"))
          .isEqualTo("012-1506345-1506false5066\n");
      journal.waitFor("finished 6");
    }
  }

  @ServerMatrix
  void givesThePayloadItselfNotACopy(ServerVariant variant) {
    AtomicReference<Object> seen = new AtomicReference<>();
    Object payload = new Object();
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          seen.set(data);
          return payload;
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("same " + (result == payload)));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.task(payload));

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("same true");
      assertThat(seen.get()).isSameAs(payload);
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of (task|finish) threw")
  void reportsWhatItsHandlersThrowAndGoesOn(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (data.equals("bad task")) {
            throw new IllegalStateException("bad task");
          }
          return data;
        });
    server.on(
        Event.FINISH,
        (s, id, result) -> {
          if (result.equals("bad finish")) {
            throw new IllegalStateException("bad finish");
          }
          journal.add("finished " + result);
        });
    server.on(
        Event.ERROR,
        (s, event, fd, workerId, cause) ->
            journal.add(event + " on " + workerId + ": " + cause.getMessage()));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("bad task");
          s.task("bad finish");
          s.task("good");
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("finished good");
    }

    assertThat(journal.lines())
        .containsExactly("task on 1: bad task", "finish on 0: bad finish", "finished good");
  }

  @ServerMatrix
  @ExpectErrors("handler of task threw")
  void losesOnlyTheTaskThatEndedItsWorkerWithAnError(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.WORKER_ERROR,
        (s, workerId, pid, exitCode, signal) -> journal.add("died " + workerId + " " + exitCode));
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (data.equals("die")) {
            throw new AssertionError("asked for");
          }
          return data;
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("finished " + result));
    server.on(
        Event.RECEIVE, (s, fd, reactorId, data) -> List.of("a", "die", "b", "c").forEach(s::task));

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("finished c");
      journal.waitFor("died 1 255");
      assertThat(journal.lines()).containsOnlyOnce("finished a", "finished b", "finished c");
      await().until(() -> server.stats().get("tasking_num").equals(0));
    }
  }

  @ServerMatrix
  void isRefusedInsideATaskWorker(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(Event.TASK, (s, id, source, data) -> s.task("more") + " " + s.getLastError());
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> s.send(fd, s.taskwait("go", 30).orElse("nothing") + "\n"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("-1 503\n");
      assertThat(server.stats()).containsEntry("task_count", 1L);
    }
  }

  @ServerMatrix
  void isTakenFromOtherThreadsWithoutReply(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          boolean taken = task.finish("result");
          journal.add(
              task.data() + " of " + task.workerId() + " " + task.has(TaskFlag.NOREPLY) + taken);
          return null;
        });
    server.on(Event.START, s -> journal.add("start " + s.task("early")));

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("early of -1 truefalse");
      assertThat(server.task("outside")).isEqualTo(1);
      journal.waitFor("outside of -1 truefalse");
      assertThatIllegalStateException()
          .isThrownBy(() -> server.task("x", -1, (s, id, result) -> journal.add("never")))
          .withMessageContaining("expected: a worker");
    }
    assertThat(journal.lines()).contains("start 0");
  }

  @ServerMatrix
  void comesAsObjectWithEverythingKnownAboutIt(ServerVariant variant) {
    Server server = server(variant, 1).set("task_use_object", true);
    double begin = System.currentTimeMillis() / 1000.0;
    server.on(
        "Task",
        (TaskObjectHandler)
            (s, task) -> {
              assertThat(task.dispatchTime()).isBetween(begin, begin + 60);
              journal.add(
                  task.id() + " " + task.data() + " " + task.workerId() + " " + task.flags());
              assertThat(s.finish("of server")).isTrue();
              assertThat(task.finish("of task")).isTrue();
              return "returned";
            });
    server.on(
        "finish",
        (FinishObjectHandler)
            (s, result) -> {
              assertThat(result.dispatchTime()).isBetween(begin, begin + 60);
              journal.add(result.taskId() + " by " + result.taskWorkerId() + " " + result.data());
            });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("a");
          s.task("b", 0, (t, id, result) -> journal.add("callback " + result));
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("callback returned");
    }

    assertThat(journal.lines())
        .contains("0 a 0 4", "0 by 1 of server", "0 by 1 of task", "0 by 1 returned")
        .contains("1 b 0 12", "callback of server", "callback of task");
  }

  @ServerMatrix
  void leadsBackFromEachResultToTheEventItCarried(ServerVariant variant) {
    int tasks = 12;
    AtomicInteger results = new AtomicInteger();
    AtomicReference<ConnectionEvent> asked = new AtomicReference<>();
    Server server = server(variant, 2).set("event_object", true).set("task_object", true);
    server.on(
        Event.RECEIVE_OBJECT,
        (s, event) -> {
          asked.set(event);
          for (int i = 0; i < tasks; i++) {
            assertThat(s.task(event)).isEqualTo(i);
          }
        });
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          assertThat(task.finish(Map.of("result", Traffic.letters(8000), "task", task.data())))
              .isTrue();
          return null;
        });
    server.on(
        Event.FINISH_OBJECT,
        (s, result) -> {
          Map<?, ?> data = (Map<?, ?>) result.data();
          assertThat(data.get("task")).isSameAs(asked.get());
          assertThat((byte[]) data.get("result")).isEqualTo(Traffic.letters(8000));
          if (results.incrementAndGet() == tasks) {
            s.send(((ConnectionEvent) data.get("task")).fd(), "hello world");
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readText(11)).isEqualTo("hello world");
    }
    assertThat(results).hasValue(tasks);
  }

  @ServerMatrix
  void mayBeFinishedAfterItsHandlerHasReturned(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          s.after(20, () -> task.finish("later"));
          return null;
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            s.send(fd, s.taskwait("go", 30).orElse("nothing").toString() + "\n"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("later\n");
    }
  }

  @Test
  void failsTheStartWithClassesOfTasksThatAreNone() {
    Server server = new Server("127.0.0.1", 0).set(Settings.TASK_CLASSES, List.of("a b"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessage("task_classes: a b (expected: a class, or a package as com.example.*)");
  }

  @ServerMatrix(transports = "nio")
  @ExpectErrors("handler of task threw")
  void takesCoroutinesForTasksOnlyWhereCallbacksRunOnThem(ServerVariant variant) {
    AtomicInteger running = new AtomicInteger();
    Server server = server(variant, 1).set(Settings.TASK_ENABLE_COROUTINE, true);
    server.on(Event.ERROR, (s, event, fd, workerId, cause) -> journal.add(cause.getMessage()));
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          if (task.data().equals("by server")) {
            s.finish(task.data());
          }
          journal.add("running " + running.incrementAndGet());
          LockSupport.parkNanos(1000);
          running.decrementAndGet();
          return null;
        });
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> IntStream.range(0, 50).forEach(s::task));

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer started = RunningServer.start(server)) {
      assertThat(log.messages(Level.WARN))
          .containsOnlyOnce(
              "task_enable_coroutine: tasks run one after the other without enable_coroutine");
      started.client().send("go");
      journal.waitFor("running 1", 50);
      server.task("by server");
      journal.waitFor(
          "finish: called on the server (expected: Task.finish with task_enable_coroutine)");
    }
    assertThat(journal.lines()).hasSize(51);
  }

  @ServerMatrix
  void runsTimersOfTaskWorkersBetweenTasks(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          if (s.taskworker()) {
            s.after(1, () -> journal.add("after1 " + s.workerId()));
          }
        });
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          journal.add("begin");
          s.after(1, () -> s.send((Long) data, "pushed\n"));
          journal.add("end");
          return null;
        });
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.task(fd));

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("after1 1");
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("pushed\n");
    }
    assertThat(journal.lines()).containsExactly("after1 1", "begin", "end");
  }

  @ServerMatrix
  void givesUpAResultForWhichTheWorkerHasNoRoomForASecond(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      AtomicInteger taken = new AtomicInteger();
      Server server = server(variant, 1);
      server.on(
          Event.TASK,
          (s, id, source, data) -> {
            while (s.finish("result")) {
              taken.incrementAndGet();
            }
            journal.add("refused " + s.getLastError());
            return null;
          });
      AtomicInteger finished = new AtomicInteger();
      server.on(Event.FINISH, (s, id, result) -> finished.incrementAndGet());
      server.on(
          Event.RECEIVE,
          (s, fd, reactorId, data) -> {
            s.task("go");
            hold();
          });

      try (RunningServer running = RunningServer.start(server)) {
        running.client().send("go");
        journal.waitFor("refused 506");
        assertThat(taken.get()).isBetween(10_000, 20_000);
        release.countDown();
        await().until(() -> finished.get() == taken.get());
      }
      log.awaitContains(Level.WARN, "send result to worker timed out");
    }
  }

  @ServerMatrix
  void runsWhatIsQueuedBeforeTheServerEnds(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(Event.FINISH, (s, id, result) -> s.send((Long) result, id + "\n"));
    server.on(Event.TASK, (s, id, source, data) -> data);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < 50; i++) {
            s.task(fd);
          }
          s.shutdown();
        });

    try (RunningServer running = RunningServer.start(server)) {
      String all = new String(running.client().send("go").readUntilEof(), UTF_8);
      assertThat(all.lines()).hasSize(50).endsWith("49");
    }
  }

  @ServerMatrix
  void endsInTimeAlthoughATaskIsStuckAndOthersWait(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, 1).set(Settings.MAX_WAIT_TIME, 0.2);
      server.on(
          Event.TASK,
          (s, id, source, data) -> {
            journal.add("begun");
            while (release.getCount() > 0) {
              Thread.interrupted();
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return null;
          });
      server.on(
          Event.RECEIVE,
          (s, fd, reactorId, data) -> {
            for (int i = 0; i < 5; i++) {
              s.task("stuck");
            }
            journal.add("asked");
          });

      try (RunningServer running = RunningServer.start(server)) {
        running.client().send("go");
        journal.waitFor("begun");
        journal.waitFor("asked");
        server.shutdown();
        running.awaitTerminated();
        assertThat(server.task("late")).isEqualTo(-1);
        assertThat(server.getLastError()).isEqualTo(2002);
      } finally {
        release.countDown();
      }
      assertThat(journal.count("begun")).isEqualTo(1);
      assertThat(log.contains("worker 1 did not end in time")).isTrue();
    }
  }

  @ServerMatrix
  void refusesToStartWithoutHandlerOfTasksAndNamesIt(ServerVariant variant) {
    Server none = variant.newServer().set(Settings.TASK_WORKER_NUM, 1);
    none.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    Server positional = server(variant, 1).set("task_object", true);

    assertThatIllegalStateException()
        .isThrownBy(none::startAsync)
        .withMessageContaining("require onTask callback");
    assertThatIllegalStateException()
        .isThrownBy(positional::startAsync)
        .withMessageContaining("task_use_object: true");
  }

  @ServerMatrix
  void refusesWhatMakesNoSense(ServerVariant variant) {
    Server without = server(variant, 0);
    Server server = server(variant, 1);

    assertThatIllegalStateException().isThrownBy(() -> server.task("x"));
    assertThatIllegalStateException().isThrownBy(() -> server.finish("x"));
    try (RunningServer running = RunningServer.start(without)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> without.task("x"))
          .withMessage("task_worker_num: 0 (expected: at least 1)");
      assertThat(without.stats()).doesNotContainKey("tasking_num");
    }
    try (RunningServer running = RunningServer.start(server)) {
      assertThatIllegalArgumentException().isThrownBy(() -> server.task(null));
      assertThatIllegalStateException()
          .isThrownBy(() -> server.finish("x"))
          .withMessageContaining("inside onTask");
    }
  }

  @Test
  void takesTheLastOfTheTwoFormsOfAHandler() {
    Server server = new Server("127.0.0.1", 0).set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.TASK_OBJECT, (s, task) -> "object");
    server.on(Event.TASK, (s, id, source, data) -> "positional");

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.taskwait("x", 30)).contains("positional");
    }
  }

  @ServerMatrix
  void sendsToClientsAndClosesThem(ServerVariant variant) {
    byte[] much = "x".repeat(2 << 20).getBytes(UTF_8);
    Server server = server(variant, 1);
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("closed on " + s.workerId()));
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          s.send((Long) data, much);
          s.close((Long) data);
          return null;
        });
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.task(fd));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntilEof()).hasSize(much.length);
      journal.waitFor("closed on 0");
    }
  }
}
