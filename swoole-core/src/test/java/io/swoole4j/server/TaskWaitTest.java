// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.event.Level;

/** Tasks whose results are waited for. */
class TaskWaitTest {

  /**
   * How often a machine may stand still for as long as a task is waited for. Each time keeps a task
   * worker, as the task that is not to end in time does.
   */
  private static final int ATTEMPTS = 12;

  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  /** A server whose task workers answer what they got; "wait" only when released. */
  private Server server(ServerVariant variant, int taskWorkers) {
    Server server =
        variant.newServer().set(Settings.WORKER_NUM, 1).set(Settings.TASK_WORKER_NUM, taskWorkers);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (data.equals("wait")) {
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
          }
          return data;
        });
    return server;
  }

  /** What runs in a receive handler; its answer goes to the client. */
  private static String inWorker(Server server, Function<Server, Object> body) {
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, body.apply(s) + "\n"));
    try (RunningServer running = RunningServer.start(server)) {
      return running.client().send("go").readUntil("\n").strip();
    }
  }

  @ServerMatrix
  void answersWithTheResult(ServerVariant variant) {
    Server server = server(variant, 1);
    Map<String, Integer> map = Map.of("one", 1);

    assertThat(
            inWorker(
                server,
                s -> {
                  assertThat(s.taskwait("text", 30)).contains("text");
                  assertThat(s.taskwait("text", 30, 0)).contains("text");
                  int code = s.getLastError();
                  Optional<Object> answer = s.taskwait(map);
                  while (answer.isEmpty()) {
                    // Half a second was too short for this machine.
                    assertThat(s.getLastError()).isEqualTo(10018);
                    answer = s.taskwait(map);
                  }
                  assertThat(answer).containsSame(map);
                  return "ok " + code;
                }))
        .isEqualTo("ok 0");
  }

  @ServerMatrix
  void givesUpInTimeAndNeverTakesTheLateResultForTheNext(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, 1);
      server.on(Event.FINISH, (s, id, result) -> journal.add("finished " + result));

      assertThat(
              inWorker(
                  server,
                  s -> {
                    assertThat(s.taskwait("wait", 0.05)).isEmpty();
                    assertThat(s.getLastError()).isEqualTo(10018);
                    release.countDown();
                    return s.taskwait("hello world", 30).orElse("nothing");
                  }))
          .isEqualTo("hello world");
      log.awaitContains(Level.WARN, "task has expired, its result is dropped");
    }
    assertThat(journal.lines()).isEmpty();
  }

  @ServerMatrix
  void takesTheFirstOfSeveralResults(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          boolean first = s.finish(data + " first");
          boolean second = s.finish(data + " second");
          journal.add(first + " " + second + " " + s.getLastError());
          return "third";
        });

    assertThat(
            inWorker(
                server,
                s -> List.of(s.taskwait("a", 30).orElseThrow(), s.taskwait("b", 30).orElseThrow())))
        .isEqualTo("[a first, b first]");
    assertThat(journal.lines()).containsOnly("true false 2003");
  }

  @ServerMatrix
  @ExpectErrors("handler of task threw")
  void isAnsweredAtOnceWhenTheTaskThrowsOrHasNoResult(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          if (data.equals("exception")) {
            throw new IllegalStateException("asked for");
          }
          if (data.equals("error")) {
            throw new AssertionError("asked for");
          }
          return null;
        });

    assertThat(
            inWorker(
                server,
                s -> {
                  for (String way : List.of("exception", "error", "null")) {
                    // Far longer than a test may take.
                    assertThat(s.taskwait(way, 3600)).as(way).isEmpty();
                    assertThat(s.getLastError()).isEqualTo(2002);
                  }
                  assertThat(s.taskWaitMulti(List.of("exception", "null"), 3600)).isEmpty();
                  return "ok";
                }))
        .isEqualTo("ok");
  }

  @ServerMatrix
  void isAnErrorInATaskWorker(ServerVariant variant) {
    Server server = server(variant, 2);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          assertThatIllegalStateException()
              .isThrownBy(() -> s.taskwait("x"))
              .withMessageStartingWith("taskwait: called on swoole-");
          assertThatIllegalStateException()
              .isThrownBy(() -> s.taskWaitMulti(List.of("x")))
              .withMessageStartingWith("taskWaitMulti: called on swoole-");
          assertThatIllegalStateException()
              .isThrownBy(() -> s.taskCo(List.of("x")))
              .withMessageStartingWith("taskCo: called on swoole-");
          return "refused";
        });

    assertThat(inWorker(server, s -> s.taskwait("go", 30).orElse("nothing"))).isEqualTo("refused");
  }

  @ServerMatrix
  void refusesWhatMakesNoSense(ServerVariant variant) {
    Server server = server(variant, 1);

    assertThat(
            inWorker(
                server,
                s -> {
                  assertThatIllegalArgumentException().isThrownBy(() -> s.taskwait(null));
                  assertThatIllegalArgumentException().isThrownBy(() -> s.taskwait("x", 0));
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> s.taskwait("x", Double.NaN))
                      .withMessage("timeout: NaN (expected: above 0 seconds)");
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> s.taskWaitMulti(Collections.nCopies(1025, "x")))
                      .withMessage("tasks: 1025 (expected: at most 1024)");
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> s.taskWaitMulti(Arrays.asList("x", null)));
                  assertThatIllegalArgumentException()
                      .isThrownBy(() -> s.taskCo(null))
                      .withMessage("tasks: null (expected: a list)");
                  assertThat(s.taskwait("x", 1, 1)).isEmpty();
                  assertThat(s.stats()).containsEntry("task_count", 0L);
                  return s.getLastError();
                }))
        .isEqualTo("505");
  }

  @ServerMatrix
  void runsNothingElseOnTheWorkerMeanwhile(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(Event.FINISH, (s, id, result) -> journal.add("finished " + result));
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.after(1, () -> journal.add("timer")));

    String answer =
        inWorker(
            server,
            s -> {
              s.task("before");
              assertThat(s.taskwait("go", 30)).contains("go");
              await().until(() -> s.stats().get("tasking_num").equals(0));
              return journal.lines();
            });

    assertThat(answer).doesNotContain("finished");
    assertThat(journal.lines()).contains("finished before");
  }

  @ServerMatrix
  void givesEveryCallerItsOwnResult(ServerVariant variant) {
    Server server = server(variant, 1).set(Settings.WORKER_NUM, 4);
    server.set("task_use_object", true);
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          assertThat(task.id()).isNotNegative();
          assertThat(task.workerId()).isBetween(0, 3);
          assertThat(task.flags()).isPositive();
          assertThat(task.has(TaskFlag.COROUTINE)).isTrue();
          return TaskCallers.result(task);
        });

    TaskCallers.getTheirOwnResults(server);
  }

  @ServerMatrix
  void servesThreadsThatAreNoWorkers(ServerVariant variant) {
    Server server = server(variant, 1);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.taskwait("outside", 30)).contains("outside");
      List<CompletableFuture<Object>> callers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int number = i;
        callers.add(CompletableFuture.supplyAsync(() -> server.taskwait(number, 30).orElseThrow()));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(callers.get(i).join()).isEqualTo(i);
      }
    }
  }

  @ServerMatrix
  void letsTheWorkersBeginInTheStartEvent(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(Event.START, s -> journal.add("answer " + s.taskwait("early", 30)));

    RunningServer.start(server).close();

    assertThat(journal.lines()).containsExactly("answer Optional[early]");
  }

  @ServerMatrix
  void endsWithAnInterruptAndKeepsIt(ServerVariant variant) {
    Server server = server(variant, 1);

    try (RunningServer running = RunningServer.start(server)) {
      Thread.currentThread().interrupt();
      assertThat(server.taskwait("wait", 3600)).isEmpty();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(server.getLastError()).isEqualTo(10018);
      release.countDown();
    }
  }

  @ServerMatrix
  void gathersResultsByIndexAndLeavesOutThoseThatAreLate(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, ATTEMPTS);

      String answer =
          inWorker(
              server,
              s -> {
                assertThat(s.taskWaitMulti(List.of())).isEmpty();
                Map<Integer, Object> all = s.taskWaitMulti(List.of("a", "b", "c", "d"), 30);
                Map<Integer, Object> some = Map.of();
                for (int i = 0; i < ATTEMPTS && some.size() < 2; i++) {
                  some = s.taskWaitMulti(List.of("e", "wait", "f"), 0.2);
                }
                assertThat(s.getLastError()).isEqualTo(10018);
                release.countDown();
                return all + " " + some + " " + s.taskWaitMulti(List.of("g", "h"), 30);
              });

      assertThat(answer).isEqualTo("{0=a, 1=b, 2=c, 3=d} {0=e, 2=f} {0=g, 1=h}");
      assertThat(log.contains(Level.ERROR, "")).isFalse();
    }
  }

  @ServerMatrix
  void gathersAThousandAndMore(ServerVariant variant) {
    Server server = server(variant, 3);

    assertThat(
            inWorker(
                server,
                s ->
                    s.taskWaitMulti(IntStream.range(0, 1024).boxed().toList(), 30)
                        .equals(
                            IntStream.range(0, 1024)
                                .boxed()
                                .collect(Collectors.toMap(i -> i, i -> i)))))
        .isEqualTo("true");
  }

  @ServerMatrix
  void hasAnEntryForEveryTaskWithTaskCo(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, ATTEMPTS);

      String answer =
          inWorker(
              server,
              s -> {
                List<Optional<Object>> some = List.of();
                for (int i = 0;
                    i < ATTEMPTS && some.stream().flatMap(Optional::stream).count() < 2;
                    i++) {
                  some = s.taskCo(List.of("a", "wait", "b"), 0.2);
                }
                release.countDown();
                List<Optional<Object>> last = List.of(Optional.empty());
                for (int i = 0; i < ATTEMPTS && last.get(0).isEmpty(); i++) {
                  last = s.taskCo(List.of("c"));
                }
                return some + " " + last;
              });

      assertThat(answer).isEqualTo("[Optional[a], Optional.empty, Optional[b]] [Optional[c]]");
      assertThat(log.contains(Level.ERROR, "")).isFalse();
    }
  }
}
