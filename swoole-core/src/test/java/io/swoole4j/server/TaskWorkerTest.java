// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;

/** Task workers as workers: their threads, ids and events. */
class TaskWorkerTest {

  private final Journal journal = new Journal();

  private Server server(ServerVariant variant) {
    Server server =
        variant.newServer().set(Settings.WORKER_NUM, 2).set(Settings.TASK_WORKER_NUM, 3);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  @ServerMatrix
  void runOnThreadsOfTheirOwnBehindTheWorkers(ServerVariant variant) {
    Server server = server(variant).on(Event.TASK, (s, id, source, data) -> null);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          String thread = Thread.currentThread().getName().replaceAll("swoole-[0-9]+-", "");
          journal.add(s.taskworker() + " " + workerId + "=" + s.workerId() + " on " + thread);
        });

    try (RunningServer running = RunningServer.start(server)) {
      journal.waitFor("false 0=0 on worker-0");
      journal.waitFor("false 1=1 on worker-1");
      journal.waitFor("true 2=2 on task-0");
      journal.waitFor("true 3=3 on task-1");
      journal.waitFor("true 4=4 on task-2");
      assertThat(server.taskworker()).isFalse();
      assertThat(server.stats()).containsEntry("task_worker_num", 3);
    }
  }

  @ServerMatrix
  void endWithWorkerStop(ServerVariant variant) {
    Server server = server(variant).on(Event.TASK, (s, id, source, data) -> null);
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("stop " + workerId));

    RunningServer.start(server).close();

    assertThat(journal.lines())
        .containsExactlyInAnyOrder("stop 0", "stop 1", "stop 2", "stop 3", "stop 4");
  }

  @ServerMatrix
  void haveHandlersOfTheirOwn(ServerVariant variant) {
    Server server = server(variant).on(Event.TASK, (s, id, source, data) -> null);
    server.workerHandlers(
        id -> (WorkerStartHandler) (s, workerId) -> journal.add(id + " is " + workerId));

    try (RunningServer running = RunningServer.start(server)) {
      for (int id = 0; id < 5; id++) {
        journal.waitFor(id + " is " + id);
      }
    }
  }
}
