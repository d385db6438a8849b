// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.concurrent.atomic.AtomicInteger;

/** Handlers that belong to one worker alone. */
class WorkerHandlersTest {

  private final Journal journal = new Journal();
  private final AtomicInteger made = new AtomicInteger();

  /** Counts what its own worker receives, in a field that needs no lock. */
  private final class Counting
      implements ReceiveHandler, WorkerStartHandler, WorkerStopHandler, ErrorHandler {
    private final int workerId;
    private final int number = made.incrementAndGet();
    private int received;

    Counting(int workerId) {
      this.workerId = workerId;
    }

    @Override
    public void onWorkerStart(Server server, int id) {
      assertThat(id).isEqualTo(workerId);
      journal.add("start " + workerId);
    }

    @Override
    public void onWorkerStop(Server server, int id) {
      journal.add("stop " + workerId + " after " + received);
    }

    @Override
    public void onReceive(Server server, long fd, int reactorId, byte[] data) {
      assertThat(server.workerId()).isEqualTo(workerId);
      switch (new String(data, UTF_8)) {
        case "error" -> throw new AssertionError("ends the worker");
        case "exception" -> throw new IllegalStateException("is only reported");
        default -> server.send(fd, workerId + ":" + ++received + " of " + number + "\n");
      }
    }

    @Override
    public void onError(Server server, Event<?> event, long fd, int id, Throwable cause) {
      journal.add("error seen by " + number + ": " + cause.getMessage());
    }
  }

  @ServerMatrix
  void givesEveryWorkerAnObjectOfItsOwnThatWinsOverSharedHandlers(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 3);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "shared\n"));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("shared close"));
    server.workerHandlers(Counting::new);

    try (RunningServer running = RunningServer.start(server)) {
      for (int i = 0; i < 3; i++) {
        RawClient client = running.client();
        String first = client.send("a").readUntil("\n");
        String second = client.send("a").readUntil("\n");
        assertThat(first).matches("[0-2]:1 of [1-3]\n");
        assertThat(second).isEqualTo(first.replace(":1", ":2"));
        client.close();
      }
      journal.waitFor("shared close", 3);
    }

    assertThat(made).hasValue(3);
    assertThat(journal.lines())
        .contains("start 0", "start 1", "start 2")
        .contains("stop 0 after 2", "stop 1 after 2", "stop 2 after 2");
  }

  @ServerMatrix
  void countsAsRequiredHandler(ServerVariant variant) {
    Server server = variant.newServer().workerHandlers(Counting::new);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("a").readUntil("\n")).contains(":1 of ");
    }
  }

  @ServerMatrix
  void failsStartWithFactoryAndLeavesNothing(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    IllegalArgumentException failure = new IllegalArgumentException("from the factory");
    Server failing = variant.newServer().set(Settings.WORKER_NUM, 2);
    failing.workerHandlers(
        id -> {
          if (id == 1) {
            throw failure;
          }
          return new Counting(id);
        });
    Server answeringNull = variant.newServer().workerHandlers(id -> null);

    assertThatThrownBy(failing::startAsync).isSameAs(failure);
    assertThatThrownBy(answeringNull::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("workerHandlers: null for worker 0 (expected: an object)");
    assertThat(failing.state()).isEqualTo(ServerState.TERMINATED);
    assertThat(journal.lines()).isEmpty();
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  @ExpectErrors("handler of receive threw")
  void renewsObjectAfterAnErrorOfItsWorker(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.workerHandlers(Counting::new);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readUntil("\n")).isEqualTo("0:1 of 1\n");
      client.send("error");
      journal.waitFor("start 0", 2);
      assertThat(client.send("a").readUntil("\n")).isEqualTo("0:1 of 2\n");
    }

    assertThat(journal.lines())
        .containsExactly(
            "start 0", "error seen by 1: ends the worker", "start 0", "stop 0 after 1");
  }

  @ServerMatrix
  @ExpectErrors("handler of receive threw")
  void keepsObjectAfterAnException(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.workerHandlers(Counting::new);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("exception");
      journal.waitFor("error seen by 1: is only reported");
      assertThat(client.send("a").readUntil("\n")).isEqualTo("0:1 of 1\n");
    }
  }

  @ServerMatrix
  @ExpectErrors({"handler of receive threw", "worker 0 failed"})
  void triesAgainWhenFactoryFailsForAnotherWorker(ServerVariant variant) {
    AtomicInteger calls = new AtomicInteger();
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.workerHandlers(
        id -> {
          if (calls.incrementAndGet() == 2) {
            throw new IllegalStateException("not at once");
          }
          return new Counting(id);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readUntil("\n")).isEqualTo("0:1 of 1\n");
      client.send("error");
      journal.waitFor("start 0", 2);
      assertThat(client.send("a").readUntil("\n")).isEqualTo("0:1 of 2\n");
      assertThat(calls).hasValue(3);
    }
  }

  @ServerMatrix
  void refusesObjectsWhoseHandlersWouldNeverBeCalled(ServerVariant variant) {
    Server nothing = variant.newServer().on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    nothing.workerHandlers(id -> new EventHandler() {});
    Server shutdown = variant.newServer().on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    shutdown.workerHandlers(id -> (ShutdownHandler) s -> {});
    Server half = variant.newServer().set(Settings.WORKER_NUM, 2);
    half.workerHandlers(id -> id == 0 ? new Counting(id) : (WorkerStartHandler) (s, w) -> {});

    assertThatThrownBy(nothing::startAsync).hasMessageContaining("handles nothing");
    assertThatThrownBy(shutdown::startAsync).hasMessageContaining("handles [shutdown]");
    assertThatThrownBy(half::startAsync).hasMessageContaining("require onReceive callback");
  }
}
