// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Commands run on the thread that is asked for, and their results come back. */
class CommandTest {

  private final Journal journal = new Journal();

  /** Two workers and one task worker; "where" answers its thread and what it was given. */
  private static Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.TASK, (s, taskId, workerId, data) -> null);
    server.addCommand(
        "where",
        EnumSet.allOf(ProcessType.class),
        (s, data) -> data + " in " + Thread.currentThread().getName().replaceAll(".*-[0-9]+-", ""));
    server.addCommand("of worker", Set.of(ProcessType.EVENT_WORKER), (s, data) -> s.workerId());
    server.addCommand("nothing", Set.of(ProcessType.EVENT_WORKER), (s, data) -> null);
    return server;
  }

  @ServerMatrix
  void runWhereTheyAreAskedFor(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant))) {
      Server server = running.server();

      assertThat(server.command("where", 0, ProcessType.MASTER, "a")).contains("a in manager");
      assertThat(server.command("where", 0, ProcessType.MANAGER, null)).contains("null in manager");
      assertThat(server.command("where", 1, ProcessType.EVENT_WORKER, "b"))
          .contains("b in worker-1");
      assertThat(server.command("where", 0, ProcessType.TASK_WORKER, "c")).contains("c in task-0");
      assertThat(server.command("where", 0, ProcessType.REACTOR_THREAD, "d"))
          .contains(variant.mode() == ServerMode.BASE ? "d in worker-0" : "d in reactor-0");
      assertThat(server.command("of worker", 1, ProcessType.EVENT_WORKER, null)).contains(1);
    }
  }

  @ServerMatrix
  void areRefusedWithACodeThatTellsWhy(ServerVariant variant) {
    Server server = server(variant);
    assertThat(server.command("where", 0, ProcessType.MASTER, null)).isEmpty();
    assertThat(server.getLastError()).isEqualTo(509);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.server().command("unknown", 0, ProcessType.MASTER, null)).isEmpty();
      assertThat(server.getLastError()).isEqualTo(9012);
      assertThat(server.command("of worker", 0, ProcessType.MASTER, null)).isEmpty();
      assertThat(server.getLastError()).isEqualTo(9012);
      for (ProcessType type : ProcessType.values()) {
        assertThat(server.command("where", 99, type, null)).isEmpty();
        assertThat(server.getLastError()).isEqualTo(505);
        assertThat(server.command("where", -1, type, null)).isEmpty();
        assertThat(server.getLastError()).isEqualTo(505);
      }
      assertThat(server.command("nothing", 0, ProcessType.EVENT_WORKER, null)).isEmpty();
    }
    assertThat(server.command("where", 0, ProcessType.MASTER, null)).isEmpty();
    assertThat(server.getLastError()).isEqualTo(509);
  }

  @ServerMatrix
  void answerFromMasterAndWorkersInTheStartEvent(ServerVariant variant) {
    Server server = server(variant);
    server.addCommand(
        "pids",
        Set.of(ProcessType.MASTER, ProcessType.EVENT_WORKER),
        (s, data) -> Map.of("worker", s.workerId(), "master", s.masterPid(), "own", s.workerPid()));
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart " + workerId));
    server.on(
        Event.START,
        s -> {
          journal.add("start");
          long pid = ProcessHandle.current().pid();
          assertThat(s.command("pids", 0, ProcessType.MASTER, null))
              .contains(Map.of("worker", -1, "master", pid, "own", s.workerPid()));
          assertThat(journal.lines()).containsExactly("start");
          assertThat(s.command("pids", 1, ProcessType.EVENT_WORKER, null))
              .contains(Map.of("worker", 1, "master", pid, "own", s.getWorkerPid(1)));
          assertThat(s.command("where", 0, ProcessType.TASK_WORKER, 3)).contains("3 in task-0");
          assertThat(s.command("unknown", 1, ProcessType.EVENT_WORKER, null)).isEmpty();
          assertThat(s.getLastError()).isEqualTo(9012);
          journal.add("asked");
        });
    server.on(Event.MANAGER_START, s -> journal.add("managerStart"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
    }

    assertThat(journal.lines())
        .contains("workerStart 0", "workerStart 2")
        .containsSubsequence("start", "workerStart 1", "asked", "managerStart")
        .hasSize(6);
  }

  @ServerMatrix
  void runAtOnceOnTheCallersOwnWorkerAndMayBeWaitedForOffTheEventLoops(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          int own = s.workerId();
          journal.add("own " + s.command("of worker", own, ProcessType.EVENT_WORKER, null));
          try {
            journal.add("other " + s.command("of worker", 1 - own, ProcessType.EVENT_WORKER, null));
          } catch (IllegalStateException e) {
            journal.add("other " + e.getMessage().replaceAll("on [^ ]*", "here"));
          }
          s.send(fd, "done " + own);
        });

    try (RunningServer running = RunningServer.start(server)) {
      int own = Integer.parseInt(running.client().send("?").readText(6).substring(5));

      assertThat(journal.lines())
          .containsExactly(
              "own " + Optional.of(own),
              "other "
                  + (variant.mode() == ServerMode.PROCESS
                      ? Optional.of(1 - own)
                      : "command: called here (expected: a thread that may wait, which no event"
                          + " loop may)"));
    }
  }

  @ServerMatrix
  @ExpectErrors("command .* threw: worker")
  void tellNothingButTheirFailureWhenTheyThrow(ServerVariant variant) {
    Server server = server(variant);
    server.addCommand(
        "throws",
        EnumSet.allOf(ProcessType.class),
        (s, data) -> {
          throw new IllegalStateException("asked for");
        });
    server.addCommand(
        "ends",
        EnumSet.allOf(ProcessType.class),
        (s, data) -> {
          throw new AssertionError("asked for");
        });
    server.on(
        Event.WORKER_ERROR, (s, workerId, pid, code, signal) -> journal.add("ended " + workerId));

    try (RunningServer running = RunningServer.start(server)) {
      for (ProcessType type : ProcessType.values()) {
        for (String name : new String[] {"throws", "ends"}) {
          assertThat(server.command(name, 0, type, null)).as(type + " " + name).isEmpty();
          assertThat(server.getLastError()).isEqualTo(2002);
        }
      }
      journal.waitFor("ended 0");
      journal.waitFor("ended 2");
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
    }
  }

  @Test
  void needNameAndTypeBeforeTheStart() {
    Server server = new Server("127.0.0.1", 0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addCommand("", Set.of(ProcessType.MASTER), (s, data) -> null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.addCommand("none", Set.of(), (s, data) -> null));
    try (RunningServer running = RunningServer.start(server)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  running
                      .server()
                      .addCommand("late", Set.of(ProcessType.MASTER), (s, data) -> null));
    }
  }

  @Test
  void areAskedForBySwoolesNumbersOfProcesses() {
    assertThat(ProcessType.values())
        .extracting(ProcessType::number)
        .containsExactly(2, 4, 8, 16, 32);
  }
}
