// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.ServerMode.BASE;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How many threads there are, what they are called, and who of them serves which connection. */
class WorkerThreadsTest {

  private static final int CLIENTS = 12;

  private final Map<Integer, String> startThreads = new ConcurrentHashMap<>();

  /** Answers with worker, reactor and thread. */
  private Server newServer(ServerVariant variant, int reactors, int workers) {
    Server server =
        Lines.framed(variant.newServer())
            .set("worker_num", workers)
            .on(
                Event.WORKER_START,
                (srv, workerId) -> {
                  assertThat(srv.workerId()).isEqualTo(workerId);
                  startThreads.put(workerId, Thread.currentThread().getName());
                })
            .on(
                Event.RECEIVE,
                (srv, fd, reactorId, data) ->
                    Lines.answer(
                        srv,
                        fd,
                        srv.workerId() + " " + reactorId + " " + Thread.currentThread().getName()));
    if (variant.mode() == PROCESS) {
      server.set("reactor_num", reactors);
    }
    return server;
  }

  private static List<String[]> askAll(RunningServer running) {
    List<String[]> answers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      answers.add(Lines.ask(running.client(), "who").split(" ", 3));
    }
    return answers;
  }

  private static Set<String> threadNames(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("swoole-" + port + "-"))
        .map(name -> name.substring(("swoole-" + port + "-").length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> numbered(String role, int count) {
    return IntStream.range(0, count).mapToObj(i -> role + i).collect(Collectors.toSet());
  }

  @ServerMatrix(modes = PROCESS)
  void processModeHasReactorsAndWorkers(ServerVariant variant) {
    for (int[] numbers : new int[][] {{1, 1}, {2, 3}, {4, 2}}) {
      int reactors = numbers[0];
      int workers = numbers[1];
      startThreads.clear();
      Server server = newServer(variant, reactors, workers);
      try (RunningServer running = RunningServer.start(server)) {
        List<String[]> answers = askAll(running);

        for (int i = 0; i < CLIENTS; i++) {
          String worker = String.valueOf((i + 1) % workers);
          assertThat(answers.get(i)[0]).isEqualTo(worker);
          assertThat(answers.get(i)[2]).isEqualTo("swoole-" + running.port() + "-worker-" + worker);
        }
        List<String> byReactor = answers.stream().map(answer -> answer[1]).toList();
        for (int i = 0; i < reactors; i++) {
          assertThat(Collections.frequency(byReactor, String.valueOf(i)))
              .as("connections of reactor %s of %s", i, reactors)
              .isEqualTo(CLIENTS / reactors);
        }
        assertThat(threadNames(running.port()))
            .containsAll(numbered("reactor-", reactors))
            .containsAll(numbered("worker-", workers))
            .contains("manager", "acceptor")
            .hasSize(reactors + workers + 2);
        assertThat(server.stats()).containsEntry("worker_num", workers);
      }
      assertThat(startThreads).hasSize(workers);
    }
  }

  @ServerMatrix(modes = BASE)
  void baseModeHasWorkersThatAreTheirOwnReactors(ServerVariant variant) {
    for (int workers : new int[] {1, 3}) {
      startThreads.clear();
      try (RunningServer running = RunningServer.start(newServer(variant, 0, workers))) {
        List<String[]> answers = askAll(running);

        for (String[] answer : answers) {
          assertThat(answer[1]).as("reactor").isEqualTo(answer[0]);
          assertThat(answer[2]).isEqualTo("swoole-" + running.port() + "-worker-" + answer[0]);
        }
        List<String> byWorker = answers.stream().map(answer -> answer[0]).toList();
        for (int i = 0; i < workers; i++) {
          assertThat(Collections.frequency(byWorker, String.valueOf(i)))
              .isEqualTo(CLIENTS / workers);
        }
        assertThat(threadNames(running.port()))
            .containsAll(numbered("worker-", workers))
            .noneMatch(name -> name.startsWith("reactor"));
        IntStream.range(0, workers)
            .forEach(
                id ->
                    assertThat(startThreads)
                        .containsEntry(id, "swoole-" + running.port() + "-worker-" + id));
      }
    }
  }

  @ServerMatrix(transports = "epoll")
  void areNamedAfterTheBoundPortWhenEachListensItself(ServerVariant variant) {
    Server server = newServer(variant, 2, 2).set("enable_reuse_port", true);
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(Lines.ask(running.client(), "who"))
          .contains("swoole-" + running.port() + "-worker-");

      assertThat(threadNames(running.port()))
          .containsAll(numbered(variant.mode() == BASE ? "worker-" : "reactor-", 2));
    }
  }

  @ServerMatrix
  void otherThreadsServeNoWorker(ServerVariant variant) {
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    Server server =
        newServer(variant, 1, 2)
            .on(Event.START, srv -> seen.add(srv.workerId()))
            .on(Event.SHUTDOWN, srv -> seen.add(srv.workerId()));
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.server().workerId()).isEqualTo(-1);
    }

    assertThat(seen).containsExactly(-1, -1);
  }
}
