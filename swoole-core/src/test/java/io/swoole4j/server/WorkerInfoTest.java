// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a server tells about its workers and handlers. */
class WorkerInfoTest {

  private final Journal journal = new Journal();

  private static Server server(ServerVariant variant) {
    Server server =
        variant.newServer().set(Settings.WORKER_NUM, 2).set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.TASK, (s, id, source, data) -> data);
    return server;
  }

  @ServerMatrix
  void workerSeesItselfBusyAndOthersIdle(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          int other = 1 - s.workerId();
          await().until(() -> s.getWorkerStatus(other).equals(Optional.of(WorkerStatus.IDLE)));
          await().until(() -> s.getWorkerStatus(2).equals(Optional.of(WorkerStatus.IDLE)));
          int own = s.getWorkerStatus().orElseThrow().number();
          s.after(
              1,
              () -> s.send(fd, own + " " + s.getWorkerStatus(s.workerId()).orElseThrow() + "\n"));
        });

    assertThatIllegalStateException().isThrownBy(() -> server.getWorkerStatus(0));
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("\n")).isEqualTo("1 BUSY\n");
      assertThat(server.getWorkerStatus(3)).isEmpty();
      assertThat(server.getLastError()).isEqualTo(505);
      assertThat(server.getWorkerStatus()).isEmpty();
      assertThat(server.getWorkerStatus(-1)).isEmpty();
    }

    assertThat(server.getWorkerStatus(0)).contains(WorkerStatus.EXIT);
    assertThat(server.getWorkerStatus(2)).contains(WorkerStatus.EXIT);
  }

  @ServerMatrix
  void everyWorkerKnowsItsIdAndProcess(ServerVariant variant) {
    long pid = ProcessHandle.current().pid();
    Server server = server(variant);
    server.on(
        Event.WORKER_START,
        (s, id) -> journal.add(id + " is " + s.getWorkerId() + " in " + s.getWorkerPid(-1)));
    server.addProcess(
        UserProcess.thread(
            (handle, id) -> {
              journal.add(id + " is " + server.getWorkerId() + " in " + server.getWorkerPid());
              new CountDownLatch(1).await();
            }));

    try (RunningServer running = RunningServer.start(server)) {
      for (int id = 0; id < 4; id++) {
        journal.waitFor(id + " is " + id + " in " + pid);
        int worker = id;
        await().until(() -> running.server().getWorkerPid(worker) == pid);
      }
      assertThat(server.getWorkerId()).isEqualTo(-1);
      assertThat(server.getWorkerPid()).isZero();
      assertThat(server.getWorkerPid(-1)).isZero();
      assertThat(server.getWorkerPid(4)).isZero();
      assertThat(server.getLastError()).isEqualTo(505);
    }
  }

  /** A server that handles an event itself. */
  private static final class Own extends Server implements CloseHandler {
    Own() {
      super("127.0.0.1", 0);
    }

    @Override
    public void onClose(Server server, long fd, int reactorId) {}
  }

  @Test
  void getCallbackAnswersWhatIsBound() {
    Own server = new Own();
    ReceiveHandler first = (s, fd, reactorId, data) -> {};
    ReceiveHandler last = (s, fd, reactorId, data) -> s.close(fd);
    TaskObjectHandler task = (s, t) -> null;
    server.on(Event.RECEIVE, first).on(Event.RECEIVE, last).on(Event.TASK_OBJECT, task);
    ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);
    port.on(Event.RECEIVE, first);

    assertThat(server.getCallback(Event.RECEIVE)).containsSame(last);
    assertThat(server.getCallback("ReCeive")).containsSame(last);
    assertThat(server.getCallback("task")).containsSame(task);
    assertThat(server.getCallback(Event.TASK)).isEmpty();
    assertThat(server.getCallback(Event.CLOSE)).containsSame(server);
    assertThat(server.getCallback("connect")).isEmpty();
    assertThat(port.getCallback(Event.RECEIVE)).containsSame(first);
    assertThat(port.getCallback("connect")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.getCallback("nonsense"))
        .withMessageContaining("nonsense");
  }
}
