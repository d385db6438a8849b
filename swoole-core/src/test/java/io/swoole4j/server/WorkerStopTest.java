// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;

/** Workers that are told to stop, by themselves or by others, are replaced. */
class WorkerStopTest {

  private final Journal journal = new Journal();

  private Server server(ServerVariant variant, int workers) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, workers);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart " + workerId));
    server.on(Event.WORKER_EXIT, (s, workerId) -> journal.add("workerExit " + workerId));
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop " + workerId));
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> journal.add("workerError " + id));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  @ServerMatrix
  void isReplacedWhenItStopsItselfLater(ServerVariant variant) {
    Server server = server(variant, 2);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart " + workerId);
          if (journal.count("workerStart " + workerId) <= 2) {
            s.after(50, s::stop);
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      journal.waitFor("workerStart 0", 3);
      journal.waitFor("workerStart 1", 3);
      assertThat(client.send("on").readText(2)).isEqualTo("on");
    }
    for (int id = 0; id < 2; id++) {
      assertThat(journal.count("workerStart " + id)).isEqualTo(3);
      assertThat(journal.count("workerStop " + id)).isEqualTo(3);
    }
    assertThat(journal.lines()).noneMatch(line -> line.startsWith("workerError"));
  }

  @ServerMatrix
  void isReplacedWhenItStopsWhileItStartsAndMayShutDownThen(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          journal.add("workerStart " + s.stop());
          if (journal.count("workerStart true") == 2) {
            s.shutdown();
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.awaitTerminated();
    }
    assertThat(journal.lines().subList(0, 3))
        .containsExactly("workerStart true", "workerStop 0", "workerStart true");
    assertThat(journal.count("workerStop 0")).isGreaterThanOrEqualTo(2);
    assertThat(journal.count("workerError 0")).isZero();
  }

  @ServerMatrix
  void isReplacedWhenAnotherThreadStopsItAndKeepsItsConnections(ServerVariant variant) {
    Server server = server(variant, 2).set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.TASK, (s, taskId, workerId, data) -> null);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("a").readText(1)).isEqualTo("a");
      for (int id = 0; id < 3; id++) {
        journal.waitFor("workerStart " + id);
        assertThat(server.stop(id)).isTrue();
        journal.waitFor("workerStart " + id, 2);
      }
      assertThat(client.send("b").readText(1)).isEqualTo("b");
    }
    for (int id = 0; id < 3; id++) {
      assertThat(journal.count("workerStop " + id)).isEqualTo(2);
    }
  }

  @ServerMatrix
  void finishesItsTimersFirstIfToldSo(ServerVariant variant) {
    Server server = server(variant, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.after(100, () -> s.send(fd, "timer"));
          s.stop(-1, data[0] == 'w');
          s.send(fd, "+");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("no").readText(1)).isEqualTo("+");
      journal.waitFor("workerStart 0", 2);
      assertThat(journal.count("workerStop 0")).isEqualTo(1);
      assertThat(journal.count("workerExit 0")).isZero();
      assertThat(client.send("wait").readText(6)).isEqualTo("+timer");
      journal.waitFor("workerStop 0", 2);
      journal.waitFor("workerExit 0");
    }
  }

  @ServerMatrix(transports = "nio")
  void refusesWhatCannotBe(ServerVariant variant) {
    Server server = server(variant, 1);
    assertThat(server.stop(0)).isFalse();
    assertThat(server.getLastError()).isEqualTo(509);

    try (RunningServer running = RunningServer.start(server)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> running.server().stop(1))
          .withMessage("worker_id: 1 (expected: -1..0)");
      assertThatIllegalStateException()
          .isThrownBy(server::stop)
          .withMessageContaining("(expected: a worker of this server)");
    }
    assertThat(server.stop(0)).isFalse();
    assertThat(journal.count("workerStop 0")).isEqualTo(1);
  }
}
