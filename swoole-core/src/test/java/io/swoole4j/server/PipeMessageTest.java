// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.worker.Mailbox;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Messages between workers. */
class PipeMessageTest {

  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  /** A server that writes down each message with the worker it came from and the one it came to. */
  private Server server(ServerVariant variant, int workers, int taskWorkers) {
    Server server =
        variant
            .newServer()
            .set(Settings.WORKER_NUM, workers)
            .set(Settings.TASK_WORKER_NUM, taskWorkers);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.TASK, (s, id, source, data) -> data);
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> journal.add(source + " to " + s.workerId() + ": " + message));
    return server;
  }

  private void hold() throws InterruptedException {
    assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @ServerMatrix
  void goesToTheOtherWorkerAndIsAnsweredFromThere(ServerVariant variant) {
    Server server = server(variant, 2, 0);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            assertThat(s.sendMessage(List.of(fd, s.workerId()), 1 - s.workerId())).isTrue());
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          List<?> parts = (List<?>) message;
          boolean right = parts.get(1).equals(source) && source == 1 - s.workerId();
          s.send((Long) parts.get(0), right ? "SUCCESS\n" : "from " + source + "\n");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("a").readUntil("\n")).isEqualTo("SUCCESS\n");
      assertThat(running.client().send("b").readUntil("\n")).isEqualTo("SUCCESS\n");
    }
  }

  @ServerMatrix
  void comesFromUserProcessToEveryWorkerAndTaskWorker(ServerVariant variant) {
    Server server = server(variant, 4, 3);
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              IntStream.range(0, 7).forEach(worker -> handle.sendMessage("hello", worker));
              new CountDownLatch(1).await();
            }));

    try (RunningServer running = RunningServer.start(server)) {
      IntStream.range(0, 7).forEach(worker -> journal.waitFor("7 to " + worker + ": hello"));
    }

    assertThat(journal.lines()).hasSize(7);
  }

  @ServerMatrix
  void comesFromManagerEvenBeforeTheWorkersBegin(ServerVariant variant) {
    Server server = server(variant, 2, 2);
    server.on(Event.WORKER_START, (s, id) -> journal.add("start " + id));
    server.on(
        Event.MANAGER_START, s -> IntStream.range(0, 16).forEach(i -> s.sendMessage(i, i % 4)));

    try (RunningServer running = RunningServer.start(server)) {
      IntStream.range(0, 16).forEach(i -> journal.waitFor("-1 to " + i % 4 + ": " + i));
    }

    for (int worker = 0; worker < 4; worker++) {
      int id = worker;
      List<String> mine =
          journal.lines().stream()
              .filter(line -> line.equals("start " + id) || line.contains(" to " + id + ":"))
              .collect(Collectors.toList());
      assertThat(mine)
          .startsWith("start " + id)
          .endsWith(
              IntStream.range(0, 4)
                  .mapToObj(i -> "-1 to " + id + ": " + (i * 4 + id))
                  .toArray(String[]::new));
    }
  }

  @ServerMatrix
  void comesFromManagerToAnyWorkerWhichTellsTheClient(ServerVariant variant) {
    Server server = server(variant, 2, 2);
    server.addCommand(
        "tell",
        Set.of(ProcessType.MANAGER),
        (s, fd) -> {
          for (char letter = 'a'; letter < 'q'; letter++) {
            assertThat(s.sendMessage(List.of(fd, letter), letter % 4)).isTrue();
          }
          return "told";
        });
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          List<?> parts = (List<?>) message;
          assertThat(source).isEqualTo(-1);
          assertThat(s.taskworker()).isEqualTo((Character) parts.get(1) % 4 >= 2);
          s.send((Long) parts.get(0), parts.get(1).toString());
        });
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.send(fd, "!"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.readExactly(1);
      assertThat(server.command("tell", 0, ProcessType.MANAGER, 1L)).contains("told");
      assertThat(client.readText(16).chars().sorted().toArray())
          .isEqualTo("abcdefghijklmnop".chars().toArray());
    }
  }

  @ServerMatrix
  void comesFromTaskWorkerAndIsTheSameObject(ServerVariant variant) {
    Exception message = new IllegalStateException("an exception is a message too");
    AtomicReference<Object> received = new AtomicReference<>();
    Server server = server(variant, 1, 2);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.task("go", 1));
    server.on(Event.TASK, (s, id, source, data) -> s.sendMessage(message, 0));
    server.on(
        Event.PIPE_MESSAGE_OBJECT,
        (s, m) -> {
          received.set(m.data());
          journal.add(m.sourceWorkerId() + " to " + m.workerId() + " " + (m.dispatchTime() > 1e9));
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("go");
      journal.waitFor("2 to 0 true");
    }

    assertThat(received).hasValue(message);
  }

  @ServerMatrix
  void isRefusedToSelfAndToNobody(ServerVariant variant) {
    Server server = server(variant, 2, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int id : new int[] {s.workerId(), -1, 3}) {
            journal.add(s.sendMessage("x", id) + " " + s.getLastError());
          }
          assertThatIllegalArgumentException()
              .isThrownBy(() -> s.sendMessage(null, 1 - s.workerId()))
              .withMessageContaining("message: null");
          s.send(fd, "done\n");
        });

    assertThatIllegalStateException().isThrownBy(() -> server.sendMessage("x", 0));
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("done\n");
    }

    assertThat(journal.lines()).containsExactly("false 505", "false 505", "false 505");
    assertThat(server.sendMessage("x", 0)).isFalse();
    assertThat(server.getLastError()).isEqualTo(509);
  }

  @ServerMatrix
  void needsHandlerWhereItGoes(ServerVariant variant) {
    Server server =
        variant
            .newServer()
            .set(Settings.WORKER_NUM, 2)
            .on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (RunningServer running = RunningServer.start(server)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> running.server().sendMessage("x", 1))
          .withMessageContaining("worker 1")
          .withMessageContaining("require onPipeMessage callback");
    }
  }

  @ServerMatrix
  void isRefusedWhenTooManyWaitAndArrivesInOrderOtherwise(ServerVariant variant) {
    Server server = server(variant, 1, 0);
    AtomicInteger next = new AtomicInteger();
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          hold();
          assertThat(next.getAndIncrement()).isEqualTo(message);
        });

    try (RunningServer running = RunningServer.start(server)) {
      int taken = 0;
      while (running.server().sendMessage(taken, 0)) {
        taken++;
      }
      assertThat(running.server().getLastError()).isEqualTo(506);
      assertThat(taken).isBetween(Mailbox.CAPACITY, Mailbox.CAPACITY + 1);
      release.countDown();
      int all = taken;
      await().until(() -> next.get() == all);
      assertThat(running.server().sendMessage(taken, 0)).isTrue();
    }
  }

  @ServerMatrix
  void letsUserProcessWaitForRoom(ServerVariant variant) {
    int many = Mailbox.CAPACITY + 500;
    Server server = server(variant, 1, 0);
    AtomicInteger handled = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          hold();
          handled.incrementAndGet();
        });
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              for (int i = 0; i < many; i++) {
                if (i == Mailbox.CAPACITY) {
                  release.countDown();
                }
                while (!handle.sendMessage(i, 0)) {
                  refused.incrementAndGet();
                }
              }
              new CountDownLatch(1).await();
            }));

    try (RunningServer running = RunningServer.start(server)) {
      await().until(() -> handled.get() == many);
      // One that is told to wait is refused once a second at most, and not at every attempt.
      assertThat(refused).hasValueLessThan(30);
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of pipeMessage threw")
  void costsNothingButItselfWhenItsHandlerThrows(ServerVariant variant) {
    Server server = server(variant, 1, 0);
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          if (message.equals("bad")) {
            throw new IllegalStateException("bad");
          }
          journal.add("handled " + message);
        });
    server.on(
        Event.ERROR, (s, event, fd, workerId, cause) -> journal.add(event + " on " + workerId));

    try (RunningServer running = RunningServer.start(server)) {
      running.server().sendMessage("bad", 0);
      running.server().sendMessage("good", 0);
      journal.waitFor("handled good");
    }

    assertThat(journal.lines()).containsExactly("pipeMessage on 0", "handled good");
  }

  @ServerMatrix
  void reachesPrivateHandlersOfWorkers(ServerVariant variant) {
    Server server = server(variant, 2, 1);
    server.workerHandlers(
        id ->
            (PipeMessageHandler)
                (s, source, message) -> journal.add("object " + id + " on " + s.workerId()));

    try (RunningServer running = RunningServer.start(server)) {
      for (int id = 0; id < 3; id++) {
        running.server().sendMessage("x", id);
        journal.waitFor("object " + id + " on " + id);
      }
    }
  }
}
