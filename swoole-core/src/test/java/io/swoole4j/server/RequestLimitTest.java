// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Workers are renewed after so many requests, and nothing is lost by it. */
class RequestLimitTest {

  private final Journal journal = new Journal();

  /** Answers each packet with the worker's id and how many that incarnation has had. */
  private Server counting(ServerVariant variant, int workers) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, workers);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.workerHandlers(Counting::new);
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart " + workerId));
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop " + workerId));
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> journal.add("workerError " + id));
    return server;
  }

  /** What one incarnation has counted. */
  private static final class Counting implements ReceiveHandler {
    private final int workerId;
    private int count;

    Counting(int workerId) {
      this.workerId = workerId;
    }

    @Override
    public void onReceive(Server server, long fd, int reactorId, byte[] data) {
      server.send(fd, "%d %03d".formatted(workerId, ++count));
    }
  }

  /** The counts that each worker has answered, one request after the other. */
  private static Map<Integer, List<Integer>> counts(RunningServer running, int requests) {
    RawClient client = running.client();
    Map<Integer, List<Integer>> counts = new TreeMap<>();
    for (int i = 0; i < requests; i++) {
      String answer = client.send("x").readText(5);
      counts
          .computeIfAbsent(Integer.valueOf(answer.substring(0, 1)), id -> new ArrayList<>())
          .add(Integer.valueOf(answer.substring(2)));
    }
    return counts;
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  private static List<Integer> repeated(int times, int last) {
    return IntStream.range(0, times).boxed().flatMap(i -> upTo(last).stream()).toList();
  }

  @ServerMatrix
  void renewsAtExactlyThatCountWithoutGrace(ServerVariant variant) {
    boolean alternates = variant.mode() == ServerMode.PROCESS;
    Server server = counting(variant, alternates ? 2 : 1);
    server.set(Settings.MAX_REQUEST, 12L).set(Settings.MAX_REQUEST_GRACE, 0L);
    if (alternates) {
      server.set(Settings.DISPATCH_MODE, 1);
    }

    try (RunningServer running = RunningServer.start(server)) {
      Map<Integer, List<Integer>> counts = counts(running, 48);
      if (alternates) {
        assertThat(counts).isEqualTo(Map.of(0, repeated(2, 12), 1, repeated(2, 12)));
        journal.waitFor("workerStart 0", 3);
        journal.waitFor("workerStart 1", 3);
      } else {
        assertThat(counts).isEqualTo(Map.of(0, repeated(4, 12)));
        journal.waitFor("workerStart 0", 5);
      }
    }
    assertThat(journal.count("workerStop 0")).isEqualTo(journal.count("workerStart 0"));
    assertThat(journal.lines()).noneMatch(line -> line.startsWith("workerError"));
  }

  @ServerMatrix
  void renewsLaterWithGrace(ServerVariant variant) {
    Server server = counting(variant, 1);
    server.set(Settings.MAX_REQUEST, 4L).set(Settings.MAX_REQUEST_GRACE, 1_000_000_000L);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(counts(running, 16)).isEqualTo(Map.of(0, upTo(16)));
    }
    assertThat(journal.count("workerStart 0")).isEqualTo(1);
  }

  @ServerMatrix(transports = "nio")
  void hasGraceOfHalfItsCountUnlessSet(ServerVariant variant) {
    Server server = counting(variant, 1).set(Settings.MAX_REQUEST, 20L);

    try (RunningServer running = RunningServer.start(server)) {
      List<Integer> counts = counts(running, 90).get(0);
      List<Integer> last = new ArrayList<>();
      for (int i = 1; i < counts.size(); i++) {
        if (counts.get(i) == 1) {
          last.add(counts.get(i - 1));
        }
      }
      assertThat(last).hasSizeGreaterThanOrEqualTo(2).allMatch(n -> n > 20 && n <= 30);
    }
  }

  @ServerMatrix
  void renewsTaskWorkersWithoutLosingTasks(ServerVariant variant) {
    int tasks = 4000;
    AtomicInteger run = new AtomicInteger();
    AtomicInteger finished = new AtomicInteger();
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.set(Settings.TASK_WORKER_NUM, 4).set(Settings.MAX_WAIT_TIME, 60.0);
    server.set(Settings.TASK_MAX_REQUEST, 200L).set(Settings.TASK_MAX_REQUEST_GRACE, 0L);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> journal.add(s.taskworker() ? "task worker" : "worker"));
    server.on(
        Event.TASK,
        (s, taskId, workerId, data) -> {
          run.incrementAndGet();
          return data;
        });
    server.on(
        Event.FINISH,
        (s, taskId, data) -> {
          if (finished.incrementAndGet() == tasks) {
            journal.add("finished");
          }
        });
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < tasks; i++) {
            assertThat(s.task("task " + i)).isNotNegative();
          }
          s.send(fd, "ok");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readText(2)).isEqualTo("ok");
      journal.waitFor("finished");
      // Whoever runs how many, at most 199 of each worker's tasks cause no new one.
      journal.waitFor("task worker", 4 + (tasks - 4 * 199) / 200);
    }
    assertThat(run).hasValue(tasks);
    assertThat(finished).hasValue(tasks);
    assertThat(journal.count("task worker")).isGreaterThan(15).isLessThanOrEqualTo(24);
    assertThat(journal.count("worker")).isEqualTo(1);
  }
}
